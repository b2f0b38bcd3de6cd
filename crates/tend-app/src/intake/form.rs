//! The small fields of a form that brings a file: read whole, and no more of them than a person means to say.

use super::FileError;
use crate::platform::Problem;
use axum::extract::multipart::{Field, MultipartError};

/// The text of a field of at most so many bytes. `unreadable` says what a broken or too large form is.
pub async fn small_text(
    mut field: Field<'_>,
    bytes_max: usize,
    unreadable: impl Fn(&MultipartError) -> Problem,
) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if bytes.len() + part.len() > bytes_max {
            return Err(FileError::FieldTooLong { bytes_max }.into());
        }
        bytes.extend_from_slice(&part);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
