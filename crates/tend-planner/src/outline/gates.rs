//! What stands against touches, as steps.

use crate::compiled::{Compiled, PlanIndex};
use crate::engine::{Asks, StepId};
use crate::gates::Settings;
use tend_rules::base::Day;
use tend_rules::plan::Attention;
use tend_rules::segment::{Comparison, Value};

/// The gates of a day.
pub(super) struct Gates<'a, 's> {
    pub compiled: &'a Compiled,
    pub day: Day,
    pub settings: &'s Settings,
}

impl<'a> Gates<'a, '_> {
    /// Who may be reached, and who has had rest enough. Few plans differ in both: each is worked out once.
    pub fn of(&self, asks: &mut Asks<'a>, place: PlanIndex) -> [StepId; 2] {
        let plan = self.compiled.plan(place);
        let nobody = [asks.same(false); 2];
        if plan.quiet_festival(self.day).is_some() {
            return nobody;
        }
        let find = |key| self.compiled.catalogue.find(key);
        let mut reached = Vec::new();
        if let Some(consents) = find("consents") {
            reached.push(asks.reached_over(consents, &plan.channels, self.compiled.purpose(place)));
        }
        let lost = (!self.compiled.may_reach_lost(place, self.settings)).then_some("lost");
        for word in ["blocked", "deceased"].into_iter().chain(lost) {
            let barred = find("lifecycle").and_then(|fact| asks.compared(fact, Comparison::Equal, &Value::text(word)));
            reached.extend(barred.map(|barred| asks.not(barred)));
        }
        let mut rested = Vec::new();
        if plan.limits.attention == Attention::Counts {
            let cap = plan.limits.cap_30d.min(self.settings.cap_30d);
            if cap <= 0 {
                return nobody;
            }
            let last = Value::day(self.day - plan.limits.cooldown_days);
            let contacts = find("contacts_30d").map(|fact| (fact, Comparison::AtLeast, Value::Int(cap)));
            let lately = find("last_contact").map(|fact| (fact, Comparison::Greater, last));
            for (fact, how, value) in [contacts, lately].into_iter().flatten() {
                let against = asks.compared(fact, how, &value);
                rested.extend(against.map(|against| asks.not(against)));
            }
        }
        [asks.every(reached), asks.every(rested)]
    }
}
