//! What can go wrong with a file, a mapping or a batch before a customer is touched.

use crate::platform::{Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::intake::{ErrorFileError, IntakeError, MappingError};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such upload in the reader's part of the firm.
    #[error("upload not found")]
    UploadNotFound,
    /// The file is larger than an upload may be.
    #[error("the file is larger than {megabytes_max} MB")]
    TooLarge {
        /// The limit.
        megabytes_max: u64,
    },
    /// A field of the form beside the file is longer than it may be.
    #[error("a field of the form has more than {bytes_max} bytes")]
    FieldTooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// The request carries no file.
    #[error("no file in the request")]
    Missing,
    /// The file cannot be read as a table.
    #[error("reading the file")]
    Unreadable(#[from] IntakeError),
    /// The mapping does not fit the file.
    #[error("the mapping")]
    Mapping(#[from] MappingError),
    /// The error file cannot be written.
    #[error("writing the error file")]
    ErrorFile(#[from] ErrorFileError),
    /// The disk failed.
    #[error("the file on disk")]
    Disk(#[from] std::io::Error),
    /// The file of a batch is gone: it was imported from the command line and is kept there.
    #[error("the file is not kept")]
    FileNotKept,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for FileError {
    refusals! {
        NOT_FOUND {
            Self::UploadNotFound => "upload_not_found",
            Self::FileNotKept => "file_not_kept",
        }
        PAYLOAD_TOO_LARGE {
            Self::TooLarge { .. } => "file_too_large",
            Self::FieldTooLong { .. } => "form_field_too_long",
        }
        UNPROCESSABLE_ENTITY {
            Self::Missing => "file_missing",
            Self::Unreadable(_) => "file_unreadable",
            Self::Mapping(_) => "mapping_unfit",
        }
        INTERNAL_SERVER_ERROR {
            Self::ErrorFile(_) => "file_disk",
            Self::Disk(_) => "file_disk",
        }
        .. Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::TooLarge { megabytes_max } => json!({ "megabytes_max": megabytes_max }),
            Self::FieldTooLong { bytes_max } => json!({ "bytes_max": bytes_max }),
            Self::Unreadable(error) => json!({ "why": error.to_string(), "reason": error.code() }),
            Self::Mapping(error) => json!({ "why": error.to_string(), "reason": error.code() }),
            _ => json!({}),
        }
    }
}
