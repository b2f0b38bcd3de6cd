//! Certificates by ACME (RFC 8555), proved on the very port that serves the desk (tls-alpn-01, RFC 8737): no second port,
//! no second program, nothing to be written where a web server finds it (docs/decisions/0010).
//!
//! A certificate is renewed when two thirds of its life are over. After a failure the next try waits, longer each time, also
//! across a restart: authorities shut out whoever asks too often.

mod challenge;
mod kept;
mod order;
mod settings;

pub use challenge::{Challenges, challenged};
pub use kept::{Kept, State};
pub use settings::Settings;

use super::Tls;
use super::certificate::{Life, Pair};
use crate::failure::Failure;
use crate::output::Output;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tend_app::platform::Config;
use tend_backup::now_ms;
use tokio_rustls::rustls::ServerConfig;

/// How long it may sleep: a clock may be set meanwhile, a machine may sleep itself.
const LOOK_MS: u64 = 60_000;
const MINUTE_MS: u64 = 60_000;
/// After the first failure; twice that after the next, and so on. Let's Encrypt takes five failed proofs an hour.
const BREATH_MS: u64 = 5 * MINUTE_MS;
const BREATH_MS_MAX: u64 = 6 * 60 * MINUTE_MS;
/// One try, from the first question to the certificate.
const WHOLE: Duration = Duration::from_secs(300);

/// The authority that the settings name, and what is kept of it.
#[derive(Debug)]
pub struct Authority {
    settings: Settings,
    kept: Kept,
}

/// How long a try must wait after so many failures, in milliseconds.
pub fn breath_ms(failures: u32) -> u64 {
    match failures {
        0 => 0,
        more => BREATH_MS.saturating_mul(1 << (more - 1).min(10)).min(BREATH_MS_MAX),
    }
}

/// When the authority is to be asked, in milliseconds since 1970.
fn due_ms(life: Option<&Life>, state: &State) -> u64 {
    let renewal = life.map_or(0, |life| life.from_ms + life.whole_ms() / 3 * 2);
    match state.failures {
        0 => renewal,
        failures => renewal.max(state.tried_ms + breath_ms(failures)),
    }
}

impl Authority {
    /// As the configuration says; none where it names no domain.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        let settings = Settings::of(config)?;
        Ok(settings.map(|settings| Self { settings, kept: Kept::at(&config.data) }))
    }

    /// The certificate that lies there, if it is not over. One for other names, or of another authority, is better than
    /// none until the right one comes.
    pub fn kept(&self) -> Option<Arc<ServerConfig>> {
        let (pair, life) = self.kept.certificate()?;
        if life.to_ms <= now_ms() { None } else { pair.ready().ok() }
    }

    /// The same for the names and of the authority of the settings.
    fn fitting(&self) -> Option<(Pair, Life)> {
        let (pair, life) = self.kept.certificate()?;
        let mut names = life.names.clone();
        names.sort();
        let fits = names == self.settings.domains && self.kept.state().directory == self.settings.directory;
        fits.then_some((pair, life))
    }

    /// How the last try for these settings went; a fresh one where they were others.
    fn state(&self) -> State {
        let (directory, domains) = (&self.settings.directory, &self.settings.domains);
        let state = self.kept.state();
        if &state.directory == directory && &state.domains == domains {
            return state;
        }
        State { directory: directory.clone(), domains: domains.clone(), ..State::default() }
    }

    /// Asks whenever it is due; never ends.
    pub async fn keep(&self, tls: &Tls, output: &Output) {
        let told = json!({ "directory": self.settings.directory, "domains": self.settings.domains.join(", ") });
        if tls.in_use().is_none() {
            output.say("acme_asking", told.clone());
        }
        loop {
            let (fitting, state) = (self.fitting(), self.state());
            let due = due_ms(fitting.as_ref().map(|(_, life)| life), &state);
            // What is served may be one for former names, until the right one comes.
            let served = self.kept.certificate().map(|(_, life)| life).filter(|_| tls.in_use().is_some());
            tls.tell(served, state.fault.map(|(_, said)| said));
            let wait = due.saturating_sub(now_ms()).min(LOOK_MS);
            if wait > 0 {
                tokio::time::sleep(Duration::from_millis(wait)).await;
                continue;
            }
            let is_first = tls.in_use().is_none();
            match self.renew(tls).await {
                Ok(()) if is_first => output.say("acme_given", told.clone()),
                Ok(()) => {}
                Err(fault) if is_first => {
                    let minutes = breath_ms(self.state().failures) / MINUTE_MS;
                    output.say("acme_failed", json!({ "error": fault.said(), "minutes": minutes }));
                    output.say(&format!("acme_next_{}", fault.word()), told.clone());
                }
                Err(_) => {}
            }
        }
    }

    /// One try, noted before and after.
    async fn renew(&self, tls: &Tls) -> Result<(), order::Fault> {
        let mut state = self.state();
        // Counted as failed until it is not: who is killed in the midst and begins anew must wait too.
        (state.tried_ms, state.failures) = (now_ms(), state.failures + 1);
        self.note(&state);
        let asked = tokio::time::timeout(WHOLE, self.ask(tls)).await.unwrap_or(Err(order::Fault::TooSlow));
        tls.challenges.clear();
        match &asked {
            Ok(()) => {
                (state.failures, state.fault) = (0, None);
                tracing::info!("{} gave a certificate", self.settings.directory);
            }
            Err(fault) => {
                state.fault = Some((fault.word().to_owned(), fault.said()));
                let minutes = breath_ms(state.failures) / MINUTE_MS;
                tracing::error!("no certificate from {}: {}; next try in {minutes} min", state.directory, fault.said());
            }
        }
        self.note(&state);
        asked
    }

    async fn ask(&self, tls: &Tls) -> Result<(), order::Fault> {
        let pem = order::certificate(&self.settings, &self.kept, &tls.challenges).await?;
        let unusable = order::Fault::Unusable;
        let pair = Pair::of(pem.as_bytes(), pem.as_bytes()).map_err(unusable)?;
        let life = pair.life().map_err(unusable)?;
        if life.to_ms <= now_ms() {
            return Err(unusable("it is over already".to_owned()));
        }
        let ready = pair.ready().map_err(unusable)?;
        self.kept.set_certificate(&pem)?;
        tls.take_up(ready);
        Ok(())
    }

    fn note(&self, state: &State) {
        if let Err(error) = self.kept.set_state(state) {
            tracing::error!("noting how the authority answered: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

    #[test]
    fn a_certificate_is_renewed_when_two_thirds_of_its_life_are_over() {
        let life = Life { from_ms: 10 * DAY_MS, to_ms: 100 * DAY_MS, names: Vec::new() };
        assert_eq!(due_ms(Some(&life), &State::default()), 70 * DAY_MS);
        assert_eq!(due_ms(None, &State::default()), 0, "without one at once");
    }

    #[test]
    fn after_failures_the_next_try_waits_longer_each_time() {
        let minutes: Vec<u64> = (0..9).map(|failures| breath_ms(failures) / MINUTE_MS).collect();
        assert_eq!(minutes, [0, 5, 10, 20, 40, 80, 160, 320, 360]);
        assert_eq!(breath_ms(u32::MAX), BREATH_MS_MAX);
        let failed = State { tried_ms: DAY_MS, failures: 3, ..State::default() };
        assert_eq!(due_ms(None, &failed), DAY_MS + 20 * MINUTE_MS);
        let life = Life { from_ms: 0, to_ms: 90 * DAY_MS, names: Vec::new() };
        assert_eq!(due_ms(Some(&life), &failed), 60 * DAY_MS, "an old failure brings no renewal forward");
    }
}
