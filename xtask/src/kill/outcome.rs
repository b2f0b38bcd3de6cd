//! Kills during outcome entry over HTTP: what was answered with success is there once; what was in doubt is sent
//! again with its idempotency key, and is then there once.

use super::{Drill, PASSWORD};
use crate::serving::{Answer, Serving, Visitor};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// People at work, and what they had answered.
#[derive(Debug, Default)]
pub struct Outcomes {
    people: HashMap<String, Visitor>,
    acknowledged: usize,
    keys: u64,
}

/// An outcome on its way.
#[derive(Debug, Clone)]
struct Entry {
    touch: String,
    customer: String,
    path: String,
    key: String,
    body: Value,
    by: Visitor,
}

impl Outcomes {
    /// How many outcomes were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// One person works through a list until the program is killed.
    pub fn kill_one(&mut self, drill: &mut Drill) -> Result<()> {
        let mut serving = drill.serve()?;
        let entries = self.list(drill, &serving)?;
        let work = Work::begin(entries)?;
        std::thread::sleep(Duration::from_millis(5) + Duration::from_millis(400).mul_f64(drill.chance.part()));
        serving.kill()?;
        let answered = work.end()?;
        let serving = drill.serve()?;
        self.settle(drill, &serving, answered)
    }

    /// The same, and the database is killed in the same moment; both come back together.
    pub fn kill_with_database(&mut self, drill: &mut Drill) -> Result<()> {
        let mut serving = drill.serve()?;
        let entries = self.list(drill, &serving)?;
        let work = Work::begin(entries)?;
        std::thread::sleep(Duration::from_millis(5) + Duration::from_millis(400).mul_f64(drill.chance.part()));
        serving.kill()?;
        let restarting = drill.restart_database();
        let answered = work.end()?;
        // A server that is still starting is waited for (57P03).
        let serving = drill.serve_whenever(&[])?;
        restarting.join().map_err(|_| anyhow::anyhow!("the restart of the database panicked"))??;
        self.settle(drill, &serving, answered)
    }

    /// Only the database is killed: the program goes on, and what it could not take is sent again.
    pub fn while_database_restarts(&mut self, drill: &mut Drill) -> Result<()> {
        let serving = drill.serve()?;
        let entries = self.list(drill, &serving)?;
        let work = Work::begin(entries)?;
        std::thread::sleep(Duration::from_millis(5) + Duration::from_millis(200).mul_f64(drill.chance.part()));
        let restarting = drill.restart_database();
        restarting.join().map_err(|_| anyhow::anyhow!("the restart of the database panicked"))??;
        let answered = work.end()?;
        self.settle(drill, &serving, answered)
    }

    /// What was in doubt is sent again; then everything must be there, once.
    fn settle(&mut self, drill: &mut Drill, serving: &Serving, answered: Vec<(Entry, Certainty)>) -> Result<()> {
        for (entry, certainty) in &answered {
            if *certainty == Certainty::Acknowledged {
                self.acknowledged += 1;
                continue;
            }
            let by = entry.by.at(&serving.address);
            let until = Instant::now() + PATIENCE;
            loop {
                let answer = by.post(&entry.path, &entry.key, &entry.body, None)?;
                if answer.status < 300 || answer.body["code"] == "already_carried_out" {
                    break;
                }
                let may_come = answer.status >= 500 && Instant::now() < until;
                ensure!(may_come, "an outcome in doubt was refused: {} {}", answer.status, answer.body);
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        let hq = drill.hq(serving)?;
        for (entry, _) in &answered {
            match recorded(&hq, entry)? {
                (0, _) => drill.found.lost += 1,
                (1, Settled::Yes) => {}
                (1, Settled::No) => drill.found.half += 1,
                (more, _) => drill.found.doubled += more - 1,
            }
        }
        Ok(())
    }

    /// Up to sixty open work orders of one person, with a result that needs no note.
    fn list(&mut self, drill: &mut Drill, serving: &Serving) -> Result<Vec<Entry>> {
        let hq = drill.hq(serving)?;
        let mut open = hq.every("/touches?state=assigned")?;
        open.extend(hq.every("/touches?state=accepted")?);
        let owner = open.iter().find_map(|touch| touch["owner"]["id"].as_str()).map(str::to_owned);
        let Some(owner) = owner else { return Ok(Vec::new()) };
        let by = self.person(&hq, &owner)?.at(&serving.address);
        let mine = open.iter().filter(|touch| touch["owner"]["id"].as_str() == Some(owner.as_str())).take(60);
        let mut entries = Vec::new();
        for touch in mine {
            let id = touch["id"].as_str().context("a touch without id")?;
            let page = by.get(&format!("/touches/{id}"))?;
            let codes = page["outcome_codes"].as_array().context("a touch page without outcome codes")?;
            let plain = codes
                .iter()
                .find(|code| !truth(&code["needs_note"]) && truth(&code["reached"]) && code["next_days"].is_null());
            let code = plain.or(codes.first()).context("a business type without outcome codes")?;
            self.keys += 1;
            entries.push(Entry {
                touch: id.to_owned(),
                customer: touch["customer"]["id"].as_str().unwrap_or_default().to_owned(),
                path: format!("/touches/{id}/outcome"),
                key: format!("00000000-0000-4000-8000-{:012x}", self.keys),
                body: json!({ "code": code["code"], "note": "drill" }),
                by: by.clone(),
            });
        }
        Ok(entries)
    }

    fn person(&mut self, hq: &Visitor, owner: &str) -> Result<Visitor> {
        if let Some(known) = self.people.get(owner) {
            return Ok(known.clone());
        }
        let person = hq.get(&format!("/staff/{owner}"))?;
        let login = person["login"].as_str().context("a person without login")?;
        let visitor = Visitor::sign_in(&hq.address, login, PASSWORD)?;
        self.people.insert(owner.to_owned(), visitor.clone());
        Ok(visitor)
    }
}

/// How long a database that was killed may keep an outcome from being taken.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    Acknowledged,
    InDoubt,
}

/// A person who enters one outcome after the other, until nobody answers any more.
struct Work {
    hand: JoinHandle<()>,
    answered: mpsc::Receiver<(Entry, Result<Answer>)>,
}

impl Work {
    fn begin(entries: Vec<Entry>) -> Result<Self> {
        ensure!(!entries.is_empty(), "nobody has work: the sample firm is too small for so many kills");
        let (answers, answered) = mpsc::channel();
        let hand = std::thread::spawn(move || {
            for entry in entries {
                let answer = entry.by.post(&entry.path, &entry.key, &entry.body, None);
                let over = answer.is_err();
                if answers.send((entry, answer)).is_err() || over {
                    break;
                }
            }
        });
        Ok(Self { hand, answered })
    }

    fn end(self) -> Result<Vec<(Entry, Certainty)>> {
        let _ = self.hand.join();
        let judged = self.answered.into_iter().map(|(entry, answer)| match answer {
            Ok(answer) if answer.status < 300 => Ok((entry, Certainty::Acknowledged)),
            // The database was away: nothing was promised.
            Ok(answer) if answer.status >= 500 => Ok((entry, Certainty::InDoubt)),
            Ok(answer) => bail!("{} was refused: {} {}", entry.path, answer.status, answer.body),
            Err(_) => Ok((entry, Certainty::InDoubt)),
        });
        judged.collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    No,
}

/// How many outcomes of the touch the customer's timeline holds, and whether the touch itself moved with it.
fn recorded(hq: &Visitor, entry: &Entry) -> Result<(u64, Settled)> {
    let timeline = hq.every(&format!("/customers/{}/timeline?limit=100", entry.customer))?;
    let of_touch = |item: &&Value| {
        item["room"] == "contact"
            && item["kind"] == "outcome_recorded"
            && item["payload"]["touch"] == entry.touch.as_str()
    };
    let count = timeline.iter().filter(of_touch).count() as u64;
    let page = hq.get(&format!("/touches/{}", entry.touch))?;
    let touch = if page["touch"].is_object() { &page["touch"] } else { &page };
    let settled = touch["outcome_code"] == entry.body["code"];
    Ok((count, if settled { Settled::Yes } else { Settled::No }))
}

/// `true` or `"yes"`.
fn truth(value: &Value) -> bool {
    value.as_bool().unwrap_or(value == "yes")
}
