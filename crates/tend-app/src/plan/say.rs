//! What to say and send for one work order: its script and messages filled in for this customer.
//!
//! A script is for the person who speaks, in the reader's language; a message is for the customer, in the customer's.
//! A place for which nothing is known stays open and is named, so that no message goes out with a hole.

use super::store::plans::On;
use super::store::{nights, plans};
use super::words::{script, templates};
use super::{PlanError, gifts};
use crate::customer;
use crate::org::{Who, every_unit};
use crate::platform::App;
use crate::segment::{catalogue, columns_of};
use serde::Serialize;
use std::sync::Arc;
use tend_planner::Columns;
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::intake::split_name;
use tend_rules::org::Scope;
use tend_rules::plan::CarePlan;
use tend_rules::segment::{Catalogue, Subject, Text, TextWords, Words};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is shown where nothing is known.
const OPEN_PLACE: &str = "____";

/// The work order for which words are wanted.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The customer.
    pub customer: CustomerId,
    /// The plan that asked for it.
    pub plan: PlanId,
    /// What it is about.
    pub subject: Uuid,
    /// The day on which it became due.
    pub due: Day,
    /// The key of the script, or empty.
    pub script_key: String,
    /// The keys of the templates.
    pub template_keys: Vec<String>,
}

/// A part of a script, filled in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidStage {
    /// `opening`, `confirm`, `objections`, `agreement`, or another word.
    pub key: String,
    /// The name for people.
    pub title: String,
    /// What to say.
    pub text: String,
}

/// A script, filled in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidScript {
    /// The name for people.
    pub title: String,
    /// Its parts in order.
    pub stages: Vec<SaidStage>,
    /// Questions to ask.
    pub questions: Vec<String>,
    /// The fact that the answer to each question fills, if any.
    pub question_facts: Vec<Option<String>>,
}

/// A message, filled in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidTemplate {
    /// Its key.
    pub key: String,
    /// The channel it is written for.
    pub channel: Channel,
    /// The words.
    pub text: String,
    /// Places for which nothing is known; a message with any must not go out.
    pub missing: Vec<String>,
}

/// What to say and send.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Said {
    /// The script, if the plan has one.
    pub script: Option<SaidScript>,
    /// The messages.
    pub templates: Vec<SaidTemplate>,
    /// The gift that goes with it, if the plan names one.
    pub gift: Option<String>,
}

/// The script and messages of a work order, filled in.
pub async fn say(app: &App, who: &Who, scope: &Scope, asked: &Asked) -> Result<Said, PlanError> {
    let script = script(app, &asked.script_key).await?;
    let templates = templates(app, &asked.template_keys).await?;
    let gift = gift(app, asked, who.language).await?;
    if script.is_none() && templates.is_empty() {
        return Ok(Said { gift, ..Said::default() });
    }
    let mouth = Mouth::of(app, who, scope, asked).await?;
    let turn = turn(app, asked).await?;
    let spoken = who.language;
    let written = Language::of_locale(&mouth.customer.language);
    let script = script.map(|script| SaidScript {
        title: script.title.of(spoken).to_owned(),
        stages: script
            .stages
            .iter()
            .map(|stage| SaidStage {
                key: stage.key.clone(),
                title: stage.title.of(spoken).to_owned(),
                text: mouth.fill(&stage.body, spoken).0,
            })
            .collect(),
        questions: script.questions.iter().map(|question| mouth.fill(&question.text, spoken).0).collect(),
        question_facts: script.questions.into_iter().map(|question| question.fact).collect(),
    });
    let filled = templates.into_iter().filter_map(|template| {
        let wording = template.wordings.get(turn % template.wordings.len().max(1))?;
        let (text, missing) = mouth.fill(wording, written);
        Some(SaidTemplate { key: template.key, channel: template.channel, text, missing })
    });
    Ok(Said { script, templates: filled.collect(), gift })
}

/// The name of the gift that the plan of the day on which the work became due names.
async fn gift(app: &App, asked: &Asked, language: Language) -> Result<Option<String>, PlanError> {
    let on = On { day: asked.due, today: app.today() };
    let published = plans::one(app.read(), asked.plan, on).await?.and_then(|record| record.published);
    let Some(published) = published.filter(|one| one.text.contains("gift")) else { return Ok(None) };
    let plan = CarePlan::parse("plan", &published.text, &catalogue(app).await?).ok();
    let Some(named) = plan.and_then(|plan| plan.gift) else { return Ok(None) };
    Ok(gifts::by_key(app).await?.remove(&named.key).map(|gift| gift.title.of(language).to_owned()))
}

/// How often the plan spoke to the customer before: wordings are taken in turn, with the year, so that a birthday reads
/// differently next year although touches of long ago are forgotten.
async fn turn(app: &App, asked: &Asked) -> Result<usize, PlanError> {
    let earlier = nights::touches_of(app.read(), asked.customer, asked.due - 366).await?;
    let before = earlier.iter().filter(|touch| touch.plan == Some(asked.plan) && touch.due < asked.due).count();
    Ok(before + usize::try_from(asked.due.year()).unwrap_or(0))
}

/// Who speaks, to whom, about what.
struct Mouth<'a> {
    catalogue: Arc<Catalogue>,
    columns: Columns,
    plan: Option<CarePlan>,
    customer: Customer,
    subject: Subject,
    today: Day,
    who: &'a Who,
    unit: String,
    firm: String,
}

impl<'a> Mouth<'a> {
    async fn of(app: &App, who: &'a Who, scope: &Scope, asked: &Asked) -> Result<Self, PlanError> {
        let customer = customer::one(app, scope, asked.customer).await?;
        let catalogue = catalogue(app).await?;
        let columns = columns_of(app, scope, &[asked.customer], &catalogue, app.today()).await?;
        let record = plans::one(app.read(), asked.plan, On::today(app.today())).await?;
        let text = record.as_ref().and_then(|record| record.published.as_ref()).map(|one| one.text.as_str());
        let plan = text.and_then(|text| CarePlan::parse("plan", text, &catalogue).ok());
        let item = plan.as_ref().and_then(|plan| plan.for_each).zip(columns.row_of(asked.customer));
        let place = |(of, row)| (0..).map_while(|at| columns.item_id(of, row, at)).position(|id| id == asked.subject);
        let subject = item.and_then(place).map_or(Subject::Customer, Subject::Item);
        let units = every_unit(app, &Scope::Firm).await?;
        let unit = units.into_iter().find(|unit| unit.id == who.unit_id).map(|unit| unit.name).unwrap_or_default();
        Ok(Self {
            catalogue,
            columns,
            plan,
            customer,
            subject,
            today: app.today(),
            who,
            unit,
            firm: app.config().firm.clone(),
        })
    }

    /// The text in a language, and the places that stay open.
    fn fill(&self, text: &Words, language: Language) -> (String, Vec<String>) {
        let source = text.of(language);
        let binding = self.plan.as_ref().and_then(|plan| plan.binding());
        let parsed = Text::parse(source, &self.catalogue, binding);
        let (Ok(parsed), Some(row)) = (parsed, self.columns.row_of(self.customer.id)) else {
            return (source.to_owned(), vec![source.to_owned()]);
        };
        let known = |name: &str| self.extra(name, language);
        // A person reads on over an open place; a message with one is held back by what is missing.
        let shown = |name: &str| Some(known(name).unwrap_or_else(|| OPEN_PLACE.to_owned()));
        let facts = self.columns.facts(row);
        let words = TextWords { catalogue: &self.catalogue, extra: &known };
        let missing = parsed.render(&facts, self.subject, self.today, language, &words).missing;
        let words = TextWords { catalogue: &self.catalogue, extra: &shown };
        (parsed.render(&facts, self.subject, self.today, language, &words).text, missing)
    }

    fn extra(&self, name: &str, language: Language) -> Option<String> {
        let found = match name {
            "staff.name" => self.who.name.clone(),
            "unit.name" => self.unit.clone(),
            "firm.name" => self.firm.clone(),
            "customer.honorific" => honorific(&self.customer.name, &self.customer.gender, language),
            _ => String::new(),
        };
        (!found.is_empty()).then_some(found)
    }
}

/// How a customer is addressed: 李女士, Ms Smith; the whole name where gender or surname is unknown.
fn honorific(name: &str, gender: &str, language: Language) -> String {
    let is_chinese = name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let surname = match split_name(name).filter(|_| is_chinese) {
        Some((surname, _)) => surname,
        None => name.split_whitespace().next_back().unwrap_or(name),
    };
    match (language, gender) {
        (Language::Zh, "female") => format!("{surname}女士"),
        (Language::Zh, "male") => format!("{surname}先生"),
        (Language::En, "female") => format!("Ms {surname}"),
        (Language::En, "male") => format!("Mr {surname}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_addressed_by_surname_where_both_are_known() {
        for (name, gender, zh, en) in [
            ("李秀英", "female", "李女士", "Ms 李"),
            ("欧阳建国", "male", "欧阳先生", "Mr 欧阳"),
            ("John Smith", "male", "Smith先生", "Mr Smith"),
            ("李秀英", "", "李秀英", "李秀英"),
        ] {
            assert_eq!(honorific(name, gender, Language::Zh), zh);
            assert_eq!(honorific(name, gender, Language::En), en);
        }
    }
}
