//! Which plans name a script, a template or a gift: what runs, what will run, and what is drafted.

use super::PlanError;
use super::store::plans::{self, On};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use tend_rules::base::*;
use tend_rules::plan::CarePlan;
use tend_rules::segment::{Catalogue, Words};

/// A plan that uses something by its key.
#[derive(Debug, Clone)]
pub struct TextUser {
    /// The plan.
    pub id: PlanId,
    /// Its title in both languages.
    pub title: Words,
    is_published: bool,
}

/// The plans of the firm as far as they can be read.
pub(super) struct Plans(Vec<(PlanId, Standing, CarePlan)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It runs, or waits for its day.
    Published,
    Draft,
}

impl Plans {
    pub async fn read(db: &impl ConnectionTrait, today: Day, catalogue: &Arc<Catalogue>) -> Result<Self, PlanError> {
        let mut parsed = Vec::new();
        for record in plans::every(db, On::today(today)).await? {
            let published = record.published.iter().map(|one| (Standing::Published, one.text.as_str()));
            let waiting = record.waiting.iter().map(|one| (Standing::Published, one.text.as_str()));
            let draft = record.draft.iter().map(|text| (Standing::Draft, text.as_str()));
            for (standing, text) in published.chain(waiting).chain(draft) {
                let plan = CarePlan::parse(&record.key, text, catalogue).ok();
                parsed.extend(plan.map(|plan| (record.id, standing, plan)));
            }
        }
        Ok(Self(parsed))
    }

    /// The texts of plans that are such.
    pub fn naming(&self, names: impl Fn(&CarePlan) -> bool) -> impl Iterator<Item = &CarePlan> {
        self.0.iter().map(|(.., plan)| plan).filter(move |plan| names(plan))
    }

    /// The plans that are such, each once.
    pub fn users(&self, names: impl Fn(&CarePlan) -> bool) -> Vec<TextUser> {
        let mut users: Vec<TextUser> = Vec::new();
        for (id, standing, plan) in self.0.iter().filter(|(.., plan)| names(plan)) {
            let is_published = *standing == Standing::Published;
            match users.iter_mut().find(|user| user.id == *id) {
                Some(user) => user.is_published |= is_published,
                None => users.push(TextUser { id: *id, title: plan.title.clone(), is_published }),
            }
        }
        users
    }

    /// Refuses where a published plan is such.
    pub fn spare_published(&self, names: impl Fn(&CarePlan) -> bool) -> Result<(), PlanError> {
        match self.users(names).into_iter().find(|user| user.is_published) {
            Some(user) => Err(PlanError::TextInUse { zh: user.title.zh, en: user.title.en }),
            None => Ok(()),
        }
    }
}
