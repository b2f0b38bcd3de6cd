//! What leaves the program as a file: made in a file that has no name, so that a kill leaves nothing behind, and sent part
//! by part, so that its size costs no memory.

use axum::body::{Body, Bytes};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A file for this program alone, whose name is taken away before anything is written to it.
pub fn nameless(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// The body of an answer, read as it is sent.
pub fn in_parts(mut from: impl Read + Send + 'static) -> Body {
    Body::from_stream(async_stream::stream! {
        let mut part = vec![0; 1 << 16];
        loop {
            match from.read(&mut part) {
                Ok(0) => break,
                Ok(count) => yield Ok(Bytes::copy_from_slice(&part[..count])),
                Err(error) => {
                    yield Err::<Bytes, _>(error);
                    break;
                }
            }
        }
    })
}
