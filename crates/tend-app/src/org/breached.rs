//! A list of passwords that were stolen elsewhere, as a file that the firm lays down itself: one `SHA1:COUNT` a line,
//! sorted by hash, as the Pwned Passwords downloader writes it. Nothing is asked over the network. The file has tens of
//! gigabytes: it is searched by halves on the disk, some forty reads for a password.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Longer than any line of the list.
const LINE_MAX: u64 = 128;

/// Whether the list holds the password. SHA-1 is only the list's own way of naming passwords.
pub(super) fn is_listed(list: &Path, password: &str) -> io::Result<bool> {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let wanted: String = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let mut file = File::open(list)?;
    let (mut low, mut high) = (0, file.metadata()?.len());
    // The line of `wanted`, if it is there, begins within low..high.
    while low < high {
        let middle = low + (high - low) / 2;
        let (begins, line) = line_from(&mut file, middle, high)?;
        let Some(line) = line else {
            high = middle;
            continue;
        };
        let found = line.split(':').next().unwrap_or_default().trim().to_ascii_uppercase();
        match found.as_str().cmp(&wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = begins + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

/// The first line that begins at `from` or later and before `end`, and where it begins.
fn line_from(file: &mut File, from: u64, end: u64) -> io::Result<(u64, Option<String>)> {
    let back = u64::from(from > 0);
    file.seek(SeekFrom::Start(from - back))?;
    let mut bytes = Vec::new();
    file.by_ref().take(2 * LINE_MAX).read_to_end(&mut bytes)?;
    let skipped = if back == 0 { Some(0) } else { bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1) };
    let Some(skipped) = skipped else { return Ok((end, None)) };
    let begins = from - back + skipped as u64;
    if begins >= end {
        return Ok((end, None));
    }
    let line = bytes[skipped..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok((begins, Some(String::from_utf8_lossy(line).into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha1(text: &str) -> String {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// ASVS 5.0, 6.2.12.
    #[test]
    fn asvs_6_2_12_every_password_of_a_list_is_found_and_no_other() {
        for count in [0_usize, 1, 2, 3, 1000] {
            for ending in ["\n", "\r\n"] {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("list.txt");
                let mut lines: Vec<String> =
                    (0..count).map(|n| format!("{}:{}", sha1(&format!("stolen {n}")), n * n)).collect();
                lines.sort();
                let mut text = lines.join(ending);
                text.push_str(if count % 2 == 0 { ending } else { "" });
                std::fs::write(&path, text).expect("written");
                for n in 0..count {
                    assert!(is_listed(&path, &format!("stolen {n}")).expect("readable"), "{n} of {count}");
                }
                for n in 0..200 {
                    assert!(!is_listed(&path, &format!("own {n}")).expect("readable"), "{n} beside {count}");
                }
            }
        }
    }
}
