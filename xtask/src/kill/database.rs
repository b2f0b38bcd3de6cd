//! Kills of the database server under a program that goes on: every outcome is sent again until it is taken, and is there
//! once. The program need not be started anew.

use super::Drill;
use super::outcome::Outcomes;
use anyhow::Result;

/// The restarts so far.
#[derive(Debug, Default)]
pub struct Restarts {
    turn: u64,
}

impl Restarts {
    /// The database alone, or the database and the program, by turns.
    pub fn kill_one(&mut self, drill: &mut Drill, outcomes: &mut Outcomes) -> Result<()> {
        self.turn += 1;
        if self.turn % 2 == 1 { outcomes.while_database_restarts(drill) } else { outcomes.kill_with_database(drill) }
    }
}
