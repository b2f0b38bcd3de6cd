//! `tend serve`: the desk, the API and the work behind them.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::tls::Tls;
use crate::{connections, continuous, data, desk, files, first_run, space, workers};
use clap::Args;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tend_app::platform::Standing;
use tend_app::{App, program_router};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

/// How long open answers may take after the program was asked to stop. Live streams never end by themselves.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serve the desk and the API.
///
/// On an empty data folder this makes head office and an administrator `admin`, whose password is printed once.
///
///   tend serve
///   tend serve --data /srv/tend --listen 0.0.0.0:8420
///   TEND_DATABASE=postgres://tend@db/tend tend serve --data /srv/tend
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Serve {
    /// Address and port; port 0 takes any free one. Default: `listen` of tend.toml, else 127.0.0.1:8420.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Open the desk in the browser of this machine.
    #[arg(long)]
    open: bool,
}

/// What happens on the machine itself once the desk can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The browser shows it.
    Browser,
    /// Nothing; the address is printed.
    Nothing,
}

impl Serve {
    /// Serves until it is asked to stop (Ctrl-C, SIGTERM).
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        start_log();
        let app = data::open(folder).await?;
        let opening = if self.open { Opening::Browser } else { Opening::Nothing };
        serve(app, self.listen.as_deref(), opening, output).await
    }
}

/// Serves an opened data folder.
pub async fn serve(app: App, listen: Option<&str>, opening: Opening, output: &Output) -> Result<(), Failure> {
    let open_files = files::take_all();
    if open_files < files::FILES_MIN {
        tracing::warn!("only {open_files} files may be open at once, too few for many people: raise LimitNOFILE");
    }
    let tls = Tls::of(app.config(), app.kept::<Standing>())?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = listen.unwrap_or(&app.config().listen).to_owned();
    let listener = TcpListener::bind(&address).await.map_err(|error| {
        Failure::new(Exit::Unreachable, "address_unusable", json!({ "address": address })).because(error)
    })?;
    let address = listener.local_addr().map_err(Failure::unexpected)?;
    if let Some(password) = first_run::welcome(&app).await? {
        output.say("first_password", json!({ "login": first_run::LOGIN, "password": password }));
    }
    if !desk::is_built_in() {
        output.say("desk_not_built", json!({}));
    }
    space::watch(&app);
    let backup = continuous::start(&app)?;
    workers::start(&app);
    // Before anybody hears that we are ready: whoever stops us at once stops us properly.
    let asked_to_stop = asked_to_stop();
    let router = program_router(app, desk::router()).layer(CompressionLayer::new());
    let address = format!("{scheme}://{address}");
    output.say("ready", json!({ "address": address }));
    if opening == Opening::Browser {
        show(&address);
    }
    output.finish(&json!({ "ready": true, "address": address }));
    if let Some(tls) = &tls {
        tokio::spawn(tls.clone().keep(output.clone()));
    }
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let stop = async move {
        asked_to_stop.await;
        let _ = stopping.send(());
    };
    let limits =
        connections::Limits { connections: files::connections_for(open_files), patience: connections::PATIENCE };
    let serving = connections::serve(listener, tls, router, limits, stop);
    let late = async {
        let _ = stopped.await;
        output.say("stopping", json!({}));
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = serving => {}
        () = late => {}
    }
    if let Some(backup) = backup {
        backup.stop();
    }
    output.say("stopped", json!({}));
    Ok(())
}

/// A machine without a screen has no `xdg-open`; the address was printed.
fn show(address: &str) {
    use std::process::{Command, Stdio};
    let _ = Command::new("xdg-open").arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}

/// Listens from now on; the future ends when somebody asks.
fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let asked = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        let [Ok(mut terminate), Ok(mut interrupt)] = asked else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Refused values stay out of the log, however talkative it is.
const UNQUOTED: &str = "axum::rejection=off";

/// The log goes to standard error; `TEND_LOG` sets how much. Never what the reading of a request says of a call that it
/// refused: it quotes the values.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TEND_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,tend=info,tend_app=info"))
        .add_directive(UNQUOTED.parse().expect("a directive"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
