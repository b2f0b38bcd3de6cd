//! From bytes to clean rows and problems: reading files, mapping columns, cleaning cells.
//!
//! Knows no customer of ours: matching, merging and writing belong to the customer room. MISSION.md A3.

mod birthday;
mod clean;
mod error;
mod error_file;
mod fact;
mod field;
mod fill;
mod mapping;
mod order;
mod phone;
mod problem;
mod repair;
mod row;
mod same;
mod sound;
mod source;
mod standing;
mod suggest;
mod survey;

pub use birthday::{Birthday, Calendar, lunar_day};
pub use clean::*;
pub use error::IntakeError;
pub use error_file::{ErrorFile, ErrorFileError, guard_formula, is_own_heading};
pub use fact::{FactKind, FactValue};
pub use field::{Field, RowKind};
pub use mapping::{
    BoundColumn, BoundMapping, ColumnMapping, DayOrder, FactTarget, Mapping, MappingError, Target, fold_heading,
    heading_fingerprint,
};
pub use order::{CleanOrderLine, LineDeed, LineKind, clean_order_line};
pub use phone::Phone;
pub use problem::{Cleaned, Finding, Problem, ProblemCode, Severity};
pub use repair::{Edit, Fix, FixDeed, RepairBook, Repaired, Repairs};
pub use row::{CleanAgreement, CleanRow, CleanRules, Washed, clean_row};
pub use same::{Likeness, SameBy, SeenInFile, Traits, Twin, same_person_score, similar_address};
pub use sound::{NameSound, sound_of_name, split_name};
pub use source::{CellKind, HeadingRow, Limits, OpenOptions, Row, Shape, Source, Table};
pub use standing::{AgreementKind, AgreementStatus, Class, Gender, Lifecycle, Tier};
pub use suggest::{KnownFact, SuggestReason, Suggestion, is_reserved, key_of, suggest};
pub use survey::{Evidence, SURVEY_ROWS, Survey, kind_of_rows};
