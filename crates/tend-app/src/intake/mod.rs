//! The door of files that come in: uploads sealed at rest, washed rows in chunks, batches and their problems. Knows no
//! customer: matching, merging and writing belong to the customer room, which also serves the pages of batches.

mod batch;
mod error;
mod form;
mod http;
mod keep;
mod store;
mod stream;
mod vault;

pub use batch::{
    Arriving, Step, UPLOAD_BYTES_MAX, advance, batch, batch_named, batches_in_line, batches_saying, begin_check,
    discard, forget_problems, hash_of, keep_check, keep_problems, keep_upload, open_batch, problem_kinds, problems,
    remember, remembered, reword_batch, turn, upload, uploads_without_file, wind_back,
};
pub use error::FileError;
pub use form::small_text;
pub use http::router;
pub use keep::{retire_problems, retire_uploads, sweep_uploads};
pub use store::batches::{Batch, Tally};
pub use store::problems::ProblemRow;
pub use store::uploads::Upload;
pub use stream::{FilePlace, Glance, WashPlan, WashedRow, glance, rows_of, uploads, wash};
pub use vault::{VaultReader, VaultWriter, discard_file, is_unfinished};
