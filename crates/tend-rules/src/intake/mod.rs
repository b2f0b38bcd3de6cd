//! From bytes to clean rows and problems: reading files, mapping columns, cleaning cells.
//!
//! Knows no customer of ours: matching, merging and writing belong to the customer room. MISSION.md A3.

mod birthday;
mod clean;
mod error;
mod fact;
mod field;
mod fill;
mod mapping;
mod phone;
mod problem;
mod row;
mod sound;
mod source;
mod standing;

pub use birthday::{Birthday, Calendar, lunar_day};
pub use clean::*;
pub use error::IntakeError;
pub use fact::{FactKind, FactValue};
pub use field::{Field, RowKind};
pub use mapping::{
    BoundColumn, BoundMapping, ColumnMapping, DayOrder, FactTarget, Mapping, MappingError, Target, fold_heading,
    heading_fingerprint,
};
pub use phone::Phone;
pub use problem::{Cleaned, Finding, Problem, ProblemCode, Severity};
pub use row::{CleanAgreement, CleanRow, CleanRules, Washed, clean_row};
pub use sound::{NameSound, sound_of_name, split_name};
pub use source::{CellKind, HeadingRow, Limits, OpenOptions, Row, Shape, Source, Table};
pub use standing::{AgreementKind, AgreementStatus, Class, Gender, Lifecycle, Tier};
