//! `tend keys`: the master key or the customers' keys are replaced while the program serves.

use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tend_app::App;
use tend_app::platform::KeyError;
use tend_app::rotation::{self, Mode, Rotation, RotationError};

/// Replace the keys that guard personal fields, while the program serves.
///
/// A rotation that was killed goes on where it stood when the same command is
/// given again.
///
///   tend keys rotate --data /srv/tend               a new master key
///   tend keys rotate --customers --data /srv/tend   new keys for the customers
///   tend keys status --data /srv/tend
///
/// With several machines on one PostgreSQL: `tend keys new` first, then bring
/// the key file to every machine, then rotate.
///
/// Where the master key comes from TEND_MASTER_KEY or master_key_command, a new
/// one (`openssl rand -hex 32`) is put there beside the present one first, for
/// every running program too; `rotate` turns to it and says which to take out.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Keys {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Replace the master key; with --customers the customers' own keys.
    Rotate {
        /// Give every customer a fresh key and seal the customer's cells with it.
        #[arg(long)]
        customers: bool,
    },
    /// Add a master key to the key file without using it yet.
    New,
    /// Which master key is in use, and how far the last rotations came.
    Status,
}

impl Keys {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let _alone = match self.what {
            What::Status => None,
            What::Rotate { .. } | What::New => Some(alone(folder)?),
        };
        let app = data::open_existing(folder).await?;
        match self.what {
            What::Rotate { customers: false } => rotate(&app, Mode::Master, output).await,
            What::Rotate { customers: true } => rotate(&app, Mode::Customers, output).await,
            What::New => add(&app, output),
            What::Status => status(&app, output).await,
        }
    }
}

/// Two of these on one machine would write the same key file. The lock goes with the process, also when it is killed.
fn alone(folder: &Path) -> Result<std::fs::File, Failure> {
    let mut name = data::key_file(folder).into_os_string();
    name.push(".lock");
    let unwritable =
        |error| Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": Path::new(&name) })).because(error);
    let file = std::fs::File::create(&name).map_err(unwritable)?;
    file.try_lock().map_err(|_| Failure::refused("rotation_elsewhere", json!({})))?;
    Ok(file)
}

async fn rotate(app: &App, mode: Mode, output: &Output) -> Result<(), Failure> {
    let place = data::key_source(app.config())?.place();
    if mode == Mode::Master && left_to_tidy(app).await? {
        return set_aside(app, &place, output, json!({ "mode": mode.word(), "customers": 0, "cells": 0 })).await;
    }
    let began = Instant::now();
    let refused = |error| refusal(error, &place);
    let mut rotation = rotation::begin(app, mode).await.map_err(refused)?;
    let words = json!({ "key": rotation.to.to_string(), "done": rotation.customers_done });
    output.say(if rotation.customers_done > 0 { "rotation_goes_on" } else { "rotation_begins" }, words);
    let bar = output.bar(rotation.customers_total.max(0) as u64, "rotating");
    loop {
        let chunk = Instant::now();
        let more = rotation::step(app, &mut rotation).await.map_err(refused)?;
        bar.set_position(rotation.customers_done.max(0) as u64);
        if !more {
            break;
        }
        // Whoever writes beside this gets a turn: on SQLite there is one writer.
        tokio::time::sleep((chunk.elapsed() / 2).clamp(Duration::from_millis(1), Duration::from_millis(50))).await;
    }
    bar.finish_and_clear();
    let mut done = shape(&rotation);
    done["seconds"] = json!(began.elapsed().as_secs_f64());
    output.say("rotated", json!({ "customers": rotation.customers_done, "cells": rotation.cells_done }));
    match mode {
        Mode::Master => set_aside(app, &place, output, done).await,
        Mode::Customers => {
            output.finish(&done);
            Ok(())
        }
    }
}

/// A kill may have come between the end of a rotation and the tidying of the key file. A key that was brought since wants
/// to be turned to; what is former is set aside after that.
async fn left_to_tidy(app: &App) -> Result<bool, Failure> {
    if rotation::waiting_key(app).await?.is_some() {
        return Ok(false);
    }
    let last = rotation::rotations(app, 1).await?.pop();
    let ids = app.keys().masters().ids();
    Ok(last.is_some_and(|last| last.mode == Mode::Master && last.finished_at.is_some() && ids.contains(&last.from)))
}

async fn set_aside(app: &App, place: &str, output: &Output, mut done: Value) -> Result<(), Failure> {
    let former = rotation::former_keys(app).await?;
    let aside = app.keys().masters().set_aside(&former).map_err(|error| {
        Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": place })).because(chain(&error))
    })?;
    for path in &aside {
        output.say("former_key_aside", json!({ "path": path }));
    }
    // Where this program does not write, the operator takes the former keys out.
    let left = if aside.is_empty() { former } else { Vec::new() };
    let take_out: Vec<String> = left.iter().map(ToString::to_string).collect();
    for key in &take_out {
        output.say("former_key_to_take_out", json!({ "key": key, "path": place }));
    }
    done["set_aside"] = json!(aside);
    done["take_out"] = json!(take_out);
    output.finish(&done);
    Ok(())
}

fn add(app: &App, output: &Output) -> Result<(), Failure> {
    let path = data::key_source(app.config())?.place();
    let id = app.keys().masters().add().map_err(|error| match error {
        KeyError::NotOurs { place } => to_be_brought(&place),
        error => Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": path })).because(chain(&error)),
    })?;
    output.say("key_added", json!({ "key": id.to_string(), "path": path }));
    output.finish(&json!({ "key": id.to_string(), "path": path }));
    Ok(())
}

async fn status(app: &App, output: &Output) -> Result<(), Failure> {
    let in_use = app.keys().masters().in_use().to_string();
    output.say("key_in_use", json!({ "key": in_use }));
    let rotations = rotation::rotations(app, 10).await?;
    for one in &rotations {
        let params = json!({
            "mode": one.mode.word(), "done": one.customers_done, "total": one.customers_total, "cells": one.cells_done,
        });
        output.say(if one.finished_at.is_some() { "rotation_done" } else { "rotation_stands" }, params);
    }
    output.finish(&json!({ "in_use": in_use, "rotations": rotations.iter().map(shape).collect::<Vec<_>>() }));
    Ok(())
}

fn shape(rotation: &Rotation) -> Value {
    json!({
        "mode": rotation.mode.word(), "from": rotation.from.to_string(), "to": rotation.to.to_string(),
        "customers": rotation.customers_done, "customers_total": rotation.customers_total,
        "cells": rotation.cells_done, "done": rotation.finished_at.is_some(),
    })
}

/// Whoever keeps the keys elsewhere brings the new one.
fn to_be_brought(place: &str) -> Failure {
    Failure::refused("key_to_be_brought", json!({ "path": place }))
}

fn refusal(error: RotationError, place: &str) -> Failure {
    let flag = |mode| if mode == Mode::Customers { " --customers" } else { "" };
    match &error {
        RotationError::HalfDone { mode } => {
            let line = format!("tend keys rotate{}", flag(*mode));
            Failure::refused("rotation_half_done", json!({ "mode": mode.word(), "line": line }))
        }
        RotationError::TakenOver => Failure::refused("rotation_elsewhere", json!({})),
        RotationError::Key(KeyError::NotOurs { place }) => to_be_brought(place),
        RotationError::Key(_) => {
            Failure::refused("former_key_missing", json!({ "path": place })).because(chain(&error))
        }
        RotationError::Customer(_)
        | RotationError::Contact(_)
        | RotationError::Trace(_)
        | RotationError::Database(_) => Failure::unexpected(chain(&error)),
    }
}
