//! The door of segments: the customer file as columns, questions asked of it, and questions worth keeping.
//!
//! Counting and finding go through the planner's columns, kept in memory while nothing changes. Knows nothing of plans.

mod ask;
mod asked;
mod catalogue;
mod error;
mod file_columns;
mod fill;
mod gone;
mod http;
mod kept_file;
mod parts;
mod roster;
mod saved;
mod slots;
mod snapshot;
mod store;
mod then;
mod view;
mod workdays;

pub use ask::{Count, Named, Problems, TextProblem, checked, count, count_by, matching, problems_of, threads};
pub use catalogue::catalogue;
pub use error::SegmentError;
pub use file_columns::{columns_of, columns_then, every_column};
pub use gone::heed_erasures;
pub use http::{read_segment, router};
pub use kept_file::sweep_kept;
pub use roster::roster_on;
pub use saved::{SegmentRow, save};
pub use snapshot::{forget_kept, present_columns};
pub use view::{View, ViewLayout, forget_removed_views, forget_searches};
pub use workdays::{Worked, WorkingDay, set_working_day, unset_working_day, working_days};
