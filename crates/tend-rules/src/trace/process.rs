//! The definition of a sales process: ordered steps and the evidence that each accepts.

use crate::base::Channel;
use crate::org::Role;
use crate::segment::{CollectionId, Expression, Facts, Subject, Words};

use super::{EvidenceKind, FileType, ProcessTest};

/// A sales process as its file says (playbooks/README.md).
#[derive(Debug, Clone)]
pub struct Process {
    /// Unique in the firm.
    pub key: String,
    /// Grows with each change; a trace is pinned to one.
    pub version: i32,
    /// Chooses the form of the remarks.
    pub business_type: String,
    /// The name.
    pub title: Words,
    /// The law or rule that demands it.
    pub law: Option<Words>,
    /// What the process is about besides the customer: an agreement.
    pub for_each: Option<CollectionId>,
    /// The name of the item in its expressions.
    pub item_name: Option<String>,
    /// For whom it is; everybody where it is left out.
    pub applies_if: Option<Expression>,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// Examples that it must answer as they say.
    pub tests: Vec<ProcessTest>,
    /// The file's text.
    pub source: String,
}

/// A step of a process.
#[derive(Debug, Clone)]
pub struct Step {
    /// Unique in the process.
    pub key: String,
    /// The name.
    pub title: Words,
    /// What to do.
    pub help: Option<Words>,
    /// Whether a sale needs it.
    pub need: Need,
    /// The evidence that it accepts; any one will do.
    pub accepts: Vec<Accept>,
    /// Earlier steps that must be shown before it.
    pub after: Vec<String>,
    /// How long it may take.
    pub within: Option<Within>,
    /// Words that the remark must hold.
    pub phrases: Vec<Phrase>,
}

/// Whether a sale needs a step.
#[derive(Debug, Clone)]
pub enum Need {
    /// Always.
    Always,
    /// If the condition holds.
    If(Box<Expression>),
    /// It may be shown and need not.
    Never,
}

/// Until when a step must have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// Hours.
    pub hours: i64,
    /// Since when.
    pub of: Anchor,
}

/// Since when time is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// Since the trace was opened.
    Opening,
    /// Since an earlier step was shown.
    Step(String),
}

/// Words that a remark must hold: any one of several in either language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Chinese and English, alternatives with `|` between them.
    pub words: Words,
}

impl Phrase {
    /// Whether the remark says it.
    pub fn stands_in(&self, remark: &str) -> bool {
        let remark = remark.to_lowercase();
        let alternatives = self.words.zh.split('|').chain(self.words.en.split('|'));
        alternatives.map(|one| one.trim().to_lowercase()).any(|one| !one.is_empty() && remark.contains(&one))
    }
}

/// Evidence that a step accepts, and from whom.
#[derive(Debug, Clone)]
pub struct Accept {
    /// What.
    pub what: Accepted,
    /// The roles that may supply it; empty where everybody may who runs traces.
    pub by: Vec<Role>,
}

/// A kind of evidence with what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// A recorded contact; with these outcomes, or any in which the customer was reached.
    Contact {
        /// Codes; empty for any with which the customer was reached.
        outcomes: Vec<String>,
        /// Channels; empty for any.
        channels: Vec<Channel>,
    },
    /// A message that was sent: a contact over a written channel.
    Message {
        /// Channels; empty for any written one.
        channels: Vec<Channel>,
    },
    /// A remark.
    Note,
    /// The answer to a question, kept as a fact since the trace was opened.
    Answer {
        /// The fact's key.
        fact: String,
    },
    /// A file.
    File {
        /// Types; empty for any that is taken at all.
        types: Vec<FileType>,
    },
    /// A sound or film.
    Recording {
        /// Its shortest length.
        seconds_min: u32,
    },
    /// A consent on file that stands.
    Consent {
        /// For this channel.
        channel: Channel,
    },
    /// The contract reached the customer.
    Delivery {
        /// So many days after signing at most.
        days_max: i32,
    },
    /// A written decision, which stands for a step whatever its times.
    Decision,
}

impl Accepted {
    /// The kind.
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Contact { .. } => EvidenceKind::Contact,
            Self::Message { .. } => EvidenceKind::Message,
            Self::Note => EvidenceKind::Note,
            Self::Answer { .. } => EvidenceKind::Answer,
            Self::File { .. } => EvidenceKind::File,
            Self::Recording { .. } => EvidenceKind::Recording,
            Self::Consent { .. } => EvidenceKind::Consent,
            Self::Delivery { .. } => EvidenceKind::Delivery,
            Self::Decision => EvidenceKind::Decision,
        }
    }
}

impl Process {
    /// A step by its key.
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Whether the process is for this customer and subject.
    pub fn applies(&self, facts: &dyn Facts, subject: Subject, today: crate::base::Day) -> bool {
        self.applies_if.as_ref().is_none_or(|condition| condition.holds(facts, subject, today))
    }
}

impl Step {
    /// The kinds of evidence that it accepts, each once.
    pub fn kinds(&self) -> Vec<EvidenceKind> {
        let mut kinds = Vec::new();
        for accept in &self.accepts {
            if !kinds.contains(&accept.what.kind()) {
                kinds.push(accept.what.kind());
            }
        }
        kinds
    }

    /// The roles that may supply some of its evidence; empty where everybody may.
    pub fn roles(&self) -> Vec<Role> {
        if self.accepts.iter().any(|accept| accept.by.is_empty()) {
            return Vec::new();
        }
        Role::ALL.into_iter().filter(|role| self.accepts.iter().any(|accept| accept.by.contains(role))).collect()
    }

    /// Whether a sale needs it.
    pub fn is_needed(&self, facts: &dyn Facts, subject: Subject, today: crate::base::Day) -> bool {
        match &self.need {
            Need::Always => true,
            Need::If(condition) => condition.holds(facts, subject, today),
            Need::Never => false,
        }
    }
}
