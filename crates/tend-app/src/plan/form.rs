//! What a form beside a plan's text is made of: the values of the text with their places, and what each may be changed to.

use super::PlanError;
use super::library::shown;
use super::store::words;
use super::words::Script;
use crate::platform::App;
use crate::segment::{TextProblem, catalogue};
use serde::Serialize;
use tend_rules::base::{Channel, Language};
use tend_rules::plan::PlanOutline;
use tend_rules::segment::{FactDefinition, Words, festivals};
use utoipa::ToSchema;

/// Scripts and templates beyond this many are found in the text only.
const WORDS_MAX: i64 = 2_000;

/// A plan's text as a form shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanForm {
    /// Why the text cannot be shown as a form.
    pub problem: Option<TextProblem>,
    /// The values with their places, in UTF-16 units.
    pub outline: Option<PlanOutline>,
}

/// Reads a plan's text as a form shows it.
pub fn form_of(text: &str, language: Language) -> PlanForm {
    match PlanOutline::read("plan", text) {
        Ok(outline) => PlanForm { problem: None, outline: Some(outline) },
        Err(fault) => PlanForm { problem: shown(&[fault], language).pop(), outline: None },
    }
}

/// What the fields of a plan's form may be set to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanChoices {
    /// The facts of a customer.
    pub facts: Vec<FactChoice>,
    /// What a plan may speak of besides the customer.
    pub items: Vec<ItemChoice>,
    /// The scripts by key.
    pub scripts: Vec<KeyChoice>,
    /// The templates by key.
    pub templates: Vec<TemplateChoice>,
    /// The festivals by key.
    pub festivals: Vec<KeyChoice>,
}

/// A word of the text with its name in the reader's language.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyChoice {
    /// As the text has it.
    pub key: String,
    /// The name for people.
    pub title: String,
}

/// A fact that a condition may ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactChoice {
    /// Its name in conditions.
    pub key: String,
    /// The name for people.
    pub title: String,
    /// `string`, `int`, `double`, `bool`, `date`, `money` or `list<string>`.
    pub kind: String,
    /// The texts it may hold; empty where any text will do.
    pub choices: Vec<KeyChoice>,
}

/// Something of which a customer has several.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemChoice {
    /// The word of `for_each`.
    pub key: String,
    /// The name for people.
    pub title: String,
    /// The facts of one of them.
    pub facts: Vec<FactChoice>,
}

/// A template that a plan may name.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateChoice {
    /// Its key.
    pub key: String,
    /// The channel it is written for.
    #[schema(value_type = String)]
    pub channel: Channel,
    /// Its first wording.
    pub text: String,
}

/// What the fields of a form may be set to, in the reader's language.
pub async fn form_choices(app: &App, language: Language) -> Result<PlanChoices, PlanError> {
    let catalogue = catalogue(app).await?;
    let facts =
        |facts: &[FactDefinition]| facts.iter().map(|fact| fact_choice(fact, language)).collect::<Vec<FactChoice>>();
    let scripts = words::every_script(app.read(), WORDS_MAX).await?.into_iter().map(|(key, body)| {
        let script = serde_json::from_str::<Script>(&body).ok();
        KeyChoice { title: script.map_or_else(|| key.clone(), |script| script.title.of(language).to_owned()), key }
    });
    let templates =
        words::every_template(app.read(), WORDS_MAX).await?.into_iter().filter_map(|(key, channel, body)| {
            let wordings: Vec<Words> = serde_json::from_str(&body).ok()?;
            let text = wordings.first().map(|words| words.of(language).to_owned()).unwrap_or_default();
            Some(TemplateChoice { key, channel: Channel::from_word(&channel)?, text })
        });
    let festival = |one: &tend_rules::segment::Festival| KeyChoice {
        key: one.key.to_owned(),
        title: one.title(language).to_owned(),
    };
    let items = catalogue.collections().iter().map(|items| ItemChoice {
        key: items.one.clone(),
        title: items.title.of(language).to_owned(),
        facts: facts(&items.facts),
    });
    Ok(PlanChoices {
        items: items.collect(),
        facts: facts(catalogue.facts()),
        scripts: scripts.collect(),
        templates: templates.collect(),
        festivals: festivals().iter().map(festival).collect(),
    })
}

fn fact_choice(fact: &FactDefinition, language: Language) -> FactChoice {
    let choice = |(key, words): &(String, Words)| KeyChoice { key: key.clone(), title: words.of(language).to_owned() };
    FactChoice {
        key: fact.key.clone(),
        title: fact.title.of(language).to_owned(),
        kind: fact.kind.word(),
        choices: fact.choices.iter().map(choice).collect(),
    }
}
