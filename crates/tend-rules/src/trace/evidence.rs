//! Evidence: what was supplied for a step, what its record says, and whether the step takes it.

use super::{Accept, Accepted, FileType, Step};
use crate::base::{Channel, Day, EvidenceId, Instant};
use crate::contact::Reached;
use crate::customer::Consent;
use crate::org::Role;
use serde::{Deserialize, Serialize};

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A recorded contact.
    Contact,
    /// A message that was sent.
    Message,
    /// A remark.
    Note,
    /// An answered question.
    Answer,
    /// A file.
    File,
    /// A sound or film.
    Recording,
    /// A consent on file.
    Consent,
    /// The contract's delivery.
    Delivery,
    /// A written decision.
    Decision,
    /// Takes earlier evidence back; no step accepts it.
    Withdrawal,
}

impl EvidenceKind {
    /// Every kind that a step may accept.
    pub const ALL: [EvidenceKind; 9] = [
        Self::Contact,
        Self::Message,
        Self::Note,
        Self::Answer,
        Self::File,
        Self::Recording,
        Self::Consent,
        Self::Delivery,
        Self::Decision,
    ];

    /// The word in files, on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Message => "message",
            Self::Note => "note",
            Self::Answer => "answer",
            Self::File => "file",
            Self::Recording => "recording",
            Self::Consent => "consent",
            Self::Delivery => "delivery",
            Self::Decision => "decision",
            Self::Withdrawal => "withdrawal",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Withdrawal]).find(|kind| kind.word() == word)
    }

    /// Whether a person must write something with it.
    pub const fn needs_remark(self) -> bool {
        matches!(self, Self::Note | Self::Decision | Self::Withdrawal)
    }

    /// Whether a file comes with it.
    pub const fn has_file(self) -> bool {
        matches!(self, Self::File | Self::Recording)
    }
}

/// Whether a contact still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Stands,
    /// Its outcome was taken back.
    TakenBack,
}

/// What the record to which evidence points says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The evidence is the remark itself.
    Itself,
    /// A contact of this customer.
    Contact {
        /// The code.
        outcome: String,
        /// Whether the customer was reached.
        reached: Reached,
        /// The channel.
        channel: Channel,
        /// Whether it counts.
        standing: Standing,
    },
    /// A fact of this customer.
    Fact {
        /// The key.
        key: String,
        /// Since when it is known; none while it is unknown.
        noted_on: Option<Day>,
    },
    /// A file that was kept.
    File {
        /// What its bytes are.
        file_type: FileType,
        /// How long it plays, where its bytes say so.
        seconds: Option<u32>,
    },
    /// What the customer said about a channel.
    Consent {
        /// The channel.
        channel: Channel,
        /// The state.
        state: Consent,
    },
    /// The agreement of the trace.
    Delivery {
        /// When it was signed.
        signed: Option<Day>,
        /// When it reached the customer.
        delivered: Option<Day>,
    },
    /// Nothing of this customer has that id.
    Nothing,
}

/// Evidence that was supplied.
#[derive(Debug, Clone)]
pub struct Supplied {
    /// The evidence.
    pub id: EvidenceId,
    /// For which step.
    pub step: String,
    /// Of which kind.
    pub kind: EvidenceKind,
    /// When the thing happened that it shows.
    pub happened_at: Instant,
    /// The role of who supplied it, then.
    pub role: Role,
    /// The earlier evidence that it corrects or takes back.
    pub corrects: Option<EvidenceId>,
    /// What its record says.
    pub found: Found,
    /// What the person wrote.
    pub remark: String,
}

/// Why a step does not take evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unfit {
    /// The step accepts other kinds.
    WrongKind {
        /// These.
        wanted: Vec<EvidenceKind>,
    },
    /// Others supply it.
    NotByThisRole {
        /// These.
        wanted: Vec<Role>,
    },
    /// Nothing of this customer is there.
    NotFound,
    /// The contact was taken back.
    TakenBack,
    /// The outcome is another.
    WrongOutcome {
        /// These would do.
        wanted: Vec<String>,
    },
    /// The customer was not reached.
    NotReached,
    /// It went over another channel.
    WrongChannel {
        /// These would do.
        wanted: Vec<Channel>,
    },
    /// The question has no answer since the trace was opened.
    NotAnswered {
        /// The fact.
        fact: String,
    },
    /// The file is of another type.
    WrongType {
        /// These would do.
        wanted: Vec<FileType>,
    },
    /// The recording is too short.
    TooShort {
        /// It lasts so long.
        seconds: u32,
        /// So long it must be.
        seconds_min: u32,
    },
    /// How long it plays cannot be read from its bytes.
    LengthUnknown,
    /// There is no consent that stands.
    NoConsent {
        /// For this channel.
        channel: Channel,
    },
    /// The contract did not reach the customer yet.
    NotDelivered,
    /// It reached the customer too late.
    DeliveredLate {
        /// After so many days.
        days: i32,
        /// So many were allowed.
        days_max: i32,
    },
    /// It happened too long before the trace was opened.
    TooOld {
        /// So many days before are looked at.
        days_max: i64,
    },
    /// Something must be written.
    RemarkMissing,
    /// The remark does not say what it must.
    PhrasesMissing {
        /// These, in Chinese.
        zh: Vec<String>,
        /// The same in English.
        en: Vec<String>,
    },
}

impl Unfit {
    /// The stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::WrongKind { .. } => "wrong_kind",
            Self::NotByThisRole { .. } => "not_by_this_role",
            Self::NotFound => "not_found",
            Self::TakenBack => "taken_back",
            Self::WrongOutcome { .. } => "wrong_outcome",
            Self::NotReached => "not_reached",
            Self::WrongChannel { .. } => "wrong_channel",
            Self::NotAnswered { .. } => "not_answered",
            Self::WrongType { .. } => "wrong_type",
            Self::TooShort { .. } => "too_short",
            Self::LengthUnknown => "length_unknown",
            Self::NoConsent { .. } => "no_consent",
            Self::NotDelivered => "not_delivered",
            Self::DeliveredLate { .. } => "delivered_late",
            Self::TooOld { .. } => "too_old",
            Self::RemarkMissing => "remark_missing",
            Self::PhrasesMissing { .. } => "phrases_missing",
        }
    }
}

/// When a trace was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The instant.
    pub at: Instant,
    /// The local day.
    pub on: Day,
}

/// What happened longer before the trace was opened belongs to another sale.
const LOOK_BACK_DAYS: i64 = 30;

impl Step {
    /// Whether the step takes the evidence, its order and time limit aside.
    ///
    /// # Errors
    /// Why not; where the step accepts several of that kind, what the last of them says.
    pub fn takes(&self, supplied: &Supplied, opened: Opened) -> Result<(), Unfit> {
        if supplied.happened_at < opened.at.plus_seconds(-86_400 * LOOK_BACK_DAYS) {
            return Err(Unfit::TooOld { days_max: LOOK_BACK_DAYS });
        }
        let own: Vec<&Accept> = self.accepts.iter().filter(|accept| accept.what.kind() == supplied.kind).collect();
        if own.is_empty() {
            return Err(Unfit::WrongKind { wanted: self.kinds() });
        }
        let permitted: Vec<&&Accept> =
            own.iter().filter(|accept| accept.by.is_empty() || accept.by.contains(&supplied.role)).collect();
        if permitted.is_empty() {
            return Err(Unfit::NotByThisRole { wanted: own.iter().flat_map(|accept| accept.by.clone()).collect() });
        }
        let mut last = Ok(());
        for accept in permitted {
            last = accept.what.fits(&supplied.found, opened.on);
            if last.is_ok() {
                break;
            }
        }
        last?;
        self.takes_remark(supplied)
    }

    fn takes_remark(&self, supplied: &Supplied) -> Result<(), Unfit> {
        if supplied.kind.needs_remark() && supplied.remark.trim().is_empty() {
            return Err(Unfit::RemarkMissing);
        }
        // A decision says in its own words why the step may do without.
        if supplied.kind == EvidenceKind::Decision {
            return Ok(());
        }
        let missing: Vec<_> = self.phrases.iter().filter(|phrase| !phrase.stands_in(&supplied.remark)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let zh = missing.iter().map(|phrase| phrase.words.zh.clone()).collect();
        let en = missing.iter().map(|phrase| phrase.words.en.clone()).collect();
        Err(Unfit::PhrasesMissing { zh, en })
    }
}

impl Accepted {
    fn fits(&self, found: &Found, opened_on: Day) -> Result<(), Unfit> {
        match (self, found) {
            (Self::Note | Self::Decision, Found::Itself) => Ok(()),
            (Self::Contact { outcomes, channels }, Found::Contact { outcome, reached, channel, standing }) => {
                stands(*standing)?;
                over(*channel, channels)?;
                if outcomes.is_empty() {
                    return if *reached == Reached::Yes { Ok(()) } else { Err(Unfit::NotReached) };
                }
                if outcomes.contains(outcome) { Ok(()) } else { Err(Unfit::WrongOutcome { wanted: outcomes.clone() }) }
            }
            (Self::Message { channels }, Found::Contact { channel, standing, reached, .. }) => {
                const WRITTEN: [Channel; 3] = [Channel::Sms, Channel::Wechat, Channel::Mail];
                stands(*standing)?;
                over(*channel, if channels.is_empty() { &WRITTEN } else { channels })?;
                if *reached == Reached::Yes { Ok(()) } else { Err(Unfit::NotReached) }
            }
            (Self::Answer { fact }, Found::Fact { key, noted_on }) => {
                let answered = key == fact && noted_on.is_some_and(|day| day >= opened_on);
                if answered { Ok(()) } else { Err(Unfit::NotAnswered { fact: fact.clone() }) }
            }
            (Self::File { types }, Found::File { file_type, .. }) => {
                let fits = types.is_empty() || types.contains(file_type);
                if fits { Ok(()) } else { Err(Unfit::WrongType { wanted: types.clone() }) }
            }
            (Self::Recording { seconds_min }, Found::File { file_type, seconds }) => {
                if !file_type.plays() {
                    let wanted = FileType::ALL.into_iter().filter(|known| known.plays()).collect();
                    return Err(Unfit::WrongType { wanted });
                }
                let seconds = seconds.ok_or(Unfit::LengthUnknown)?;
                let seconds_min = *seconds_min;
                if seconds >= seconds_min { Ok(()) } else { Err(Unfit::TooShort { seconds, seconds_min }) }
            }
            (Self::Consent { channel }, Found::Consent { channel: found, state }) => {
                let given = channel == found && *state == Consent::Given;
                if given { Ok(()) } else { Err(Unfit::NoConsent { channel: *channel }) }
            }
            (Self::Delivery { days_max }, Found::Delivery { signed, delivered }) => {
                let (Some(signed), Some(delivered)) = (signed, delivered) else { return Err(Unfit::NotDelivered) };
                let (days, days_max) = (*delivered - *signed, *days_max);
                if days <= days_max { Ok(()) } else { Err(Unfit::DeliveredLate { days, days_max }) }
            }
            _ => Err(Unfit::NotFound),
        }
    }
}

fn stands(standing: Standing) -> Result<(), Unfit> {
    if standing == Standing::Stands { Ok(()) } else { Err(Unfit::TakenBack) }
}

fn over(channel: Channel, wanted: &[Channel]) -> Result<(), Unfit> {
    if wanted.is_empty() || wanted.contains(&channel) {
        return Ok(());
    }
    Err(Unfit::WrongChannel { wanted: wanted.to_vec() })
}
