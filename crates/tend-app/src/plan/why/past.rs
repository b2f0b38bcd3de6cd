//! The answers of a past day, from what was known then beside what its night decided.

use super::case::{Case, OfNight};
use super::{Answer, Basis, LearntLater, Unlike, WhyPage};
use crate::plan::PlanError;
use crate::plan::decisions::Entry;
use crate::platform::App;
use std::collections::BTreeMap;
use tend_planner::PlanIndex;
use tend_rules::base::*;
use tend_rules::customer::Known;
use tend_rules::plan::Withheld;

/// What is learnt and is no fact of the catalogue, in words.
const OTHER_TITLES: [(&str, &str, &str); 3] = [
    ("owner", "客户经理", "customer manager"),
    ("import", "导入的资料", "imported data"),
    ("record", "客户档案", "the record"),
];

impl Case {
    /// The answers of a past day: what its night decided holds, explained by what was known then.
    pub(super) async fn past(
        &self,
        app: &App,
        name: String,
        known: Known,
        decided: Option<&OfNight>,
    ) -> Result<WhyPage, PlanError> {
        let id = known.file.id;
        if !known.was_on_file() {
            return Ok(self.page(id, name, None, Basis::Nothing, Vec::new()));
        }
        let kept = decided.map(|decided| decided.entries.as_slice());
        let mut history = self.history(app, id, kept).await?;
        history.touches.retain(|touch| touch.due_day <= self.day);
        let mut answers = self.as_known(id, &history, kept);
        if let Some(decided) = decided {
            answers.iter_mut().for_each(|answer| self.compare(answer, decided));
        }
        let basis = if kept.is_some() { Basis::PastFactsAndDecisions } else { Basis::PastFacts };
        let learnt_later = known.learnt_later.iter().map(|(key, learnt)| LearntLater {
            key: key.clone(),
            title: self.title(key),
            at: learnt.at,
            is_told: learnt.is_told,
        });
        let page = self.page(id, name, known.file.last_contact, basis, answers);
        Ok(WhyPage { learnt_later: learnt_later.collect(), is_certain: known.is_certain(), ..page })
    }

    /// What a fact or collection is called.
    fn title(&self, key: &str) -> String {
        let catalogue = &self.library.catalogue;
        let fact = catalogue.find(key).map(|id| &catalogue.fact(id).title);
        let words = fact.or_else(|| catalogue.collection(key).map(|id| &catalogue.items(id).title));
        let other = OTHER_TITLES.iter().find(|(other, ..)| *other == key);
        match (words, other, self.language) {
            (Some(words), _, language) => words.of(language).to_owned(),
            (None, Some((_, zh, _)), Language::Zh) => (*zh).to_owned(),
            (None, Some((.., en)), Language::En) => (*en).to_owned(),
            (None, None, _) => key.to_owned(),
        }
    }

    /// Sets an answer that was rebuilt against what the night decided, which is what happened.
    fn compare(&self, answer: &mut Answer, decided: &OfNight) {
        let plan = answer.plan.id;
        let of_plan = || decided.entries.iter().filter(|entry| entry.plan == plan);
        let best = of_plan().find(|entry| entry.withheld.is_none()).or_else(|| of_plan().next());
        let Some(place) = self.library.place(plan) else { return };
        let now = self.library.ids[place.0 as usize].1;
        // Where nobody of the bucket met any condition, the night kept no versions.
        if !decided.versions.is_empty() && decided.versions.get(&plan) != Some(&now) {
            answer.unlike = Some(Unlike::PlanChanged);
        } else if best.is_some() != (answer.decided != "not_due") {
            answer.unlike = Some(Unlike::DecidedOtherwise);
        }
        if answer.unlike.is_some() {
            let remembered = self.remembered(place, best);
            *answer = Answer { unlike: answer.unlike, ..remembered };
        }
    }

    /// An answer from nothing but what the night decided. What it did not name had failed its condition.
    fn remembered(&self, place: PlanIndex, entry: Option<&Entry>) -> Answer {
        let (decided, code, because) = match entry.map(|entry| entry.withheld) {
            Some(None) => ("due", "chosen", self.library.compiled.plan(place).title.of(self.language).to_owned()),
            Some(Some(reason)) => ("withheld", reason.word(), reason.sentence(self.language).to_owned()),
            None => {
                let reason = Withheld::Condition;
                ("not_due", reason.word(), reason.sentence(self.language).to_owned())
            }
        };
        let holder = entry.and_then(|entry| entry.holder).and_then(|plan| self.library.place(plan));
        Answer {
            plan: self.named(place),
            decided,
            code,
            condition: None,
            because,
            values: BTreeMap::new(),
            next_due: None,
            held_by: holder.map(|place| self.named(place)),
            channel: None,
            unlike: None,
        }
    }
}
