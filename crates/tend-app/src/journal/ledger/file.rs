//! The ledger in files outside the database, and its check without one.
//!
//! Every export adds one file `ledger-FROM-TO.jsonl` with the blocks from number FROM to before TO, each with its
//! entries, and the heads over them; nothing that was written is touched again, so that the folder may be one that can
//! only be added to. Words and salts stay in the database: the files hold nothing personal but ids.

use super::store::Stretch;
use super::{Audit, LedgerError, seal_now, store};
use crate::platform::App;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::iter::Peekable;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tend_rules::base::Bucket;
use tend_rules::journal::ledger::{Block, Check, FaultKind, Line, SignedHead, SignerId, Tree, Walk};

/// Blocks that are read before their entries are.
const BLOCKS_AT_ONCE: usize = 1000;
/// Bytes of a file that are read at once.
const BYTES_AT_ONCE: usize = 1 << 18;

/// What an export wrote.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The new file with blocks and entries; none if nothing was new.
    pub file: Option<PathBuf>,
    /// The file with the last head alone.
    pub head_file: PathBuf,
    /// The last head.
    pub head: SignedHead,
    /// How many blocks were new.
    pub blocks: i64,
}

/// Seals what waits, then writes what the folder does not have yet.
pub async fn export(app: &App, folder: &Path) -> Result<Exported, LedgerError> {
    seal_now(app).await?;
    let db = app.read();
    let heads = store::heads(db).await?;
    let head = heads.last().cloned().ok_or_else(|| LedgerError::NoHead { path: folder.to_owned() })?;
    std::fs::create_dir_all(folder).map_err(LedgerError::file(folder))?;
    let mut from = 0;
    if let Some(outside) = newest_head(folder)? {
        let mut walk = Walk::begin(Check::default(), &heads);
        store::each_block(db, 0..head.head.blocks, |block| walk.block(&block)).await?;
        let mut check = walk.end();
        check.against(&outside);
        if check.faults.found > 0 {
            return Err(LedgerError::Contradicted { path: folder.to_owned() });
        }
        from = segments(folder)?.last().map_or(0, |last| last.to);
    }
    let public = folder.join("ledger.pub");
    if !public.exists() {
        std::fs::write(&public, format!("{}\n", head.head.signer)).map_err(LedgerError::file(&public))?;
    }
    let head_file = folder.join(format!("head-{:010}.json", head.head.number));
    let new = head.head.blocks - from;
    let mut exported = Exported { file: None, head_file, head, blocks: new };
    if new > 0 {
        let path = folder.join(format!("ledger-{from:010}-{:010}.jsonl", exported.head.head.blocks));
        let (part, mut out) = begin(&path)?;
        let blocks = from..exported.head.head.blocks;
        let heads = heads.iter().filter(|head| head.head.blocks > from);
        write_blocks(app, blocks, heads, &mut out).await.map_err(|error| error.at(&part))?;
        end(out, &part, &path)?;
        exported.file = Some(path);
    }
    if !exported.head_file.exists() {
        let (part, mut out) = begin(&exported.head_file)?;
        let line = Line::Head(exported.head.clone()).to_text();
        writeln!(out, "{line}").map_err(LedgerError::file(&part))?;
        end(out, &part, &exported.head_file)?;
    }
    Ok(exported)
}

/// Writing goes wrong at the file, reading at the ledger.
enum Torn {
    Write(std::io::Error),
    Read(LedgerError),
}

impl Torn {
    fn at(self, path: &Path) -> LedgerError {
        match self {
            Torn::Write(source) => LedgerError::File { path: path.to_owned(), source },
            Torn::Read(error) => error,
        }
    }
}

async fn write_blocks<'a>(
    app: &App,
    blocks: Range<i64>,
    heads: impl Iterator<Item = &'a SignedHead>,
    out: &mut BufWriter<File>,
) -> Result<(), Torn> {
    let mut heads = heads.peekable();
    for from in blocks.clone().step_by(BLOCKS_AT_ONCE) {
        let mut piece = Vec::new();
        let numbers = from..blocks.end.min(from + BLOCKS_AT_ONCE as i64);
        let read = store::blocks_between(app.read(), numbers, |block| piece.push(block)).await;
        read.map_err(|error| Torn::Read(error.into()))?;
        write_piece(app, &piece, &mut heads, out).await?;
    }
    Ok(())
}

async fn write_piece<'a>(
    app: &App,
    blocks: &[Block],
    heads: &mut Peekable<impl Iterator<Item = &'a SignedHead>>,
    out: &mut BufWriter<File>,
) -> Result<(), Torn> {
    for block in blocks {
        writeln!(out, "{}", Line::Block(block.clone()).to_text()).map_err(Torn::Write)?;
        let bucket = Bucket::of(u64::from(block.bucket.unsigned_abs()));
        let stretch = Stretch { bucket, from: block.first, to: block.first + block.entries };
        let mut lines = Vec::with_capacity(block.entries as usize);
        let taken = store::each_entry(app.read(), stretch, |kept| lines.push(kept)).await;
        taken.map_err(|error| Torn::Read(error.into()))?;
        for kept in lines {
            let told = kept.map_err(|error| Torn::Read(error.into()))?.told;
            let damaged = || Torn::Read(LedgerError::Damaged { place: format!("block {}", block.number) });
            let line = Line::Entry(told.ok_or_else(damaged)?.entry).to_text();
            writeln!(out, "{line}").map_err(Torn::Write)?;
        }
        while let Some(head) = heads.next_if(|head| head.head.blocks == block.number + 1) {
            writeln!(out, "{}", Line::Head(head.clone()).to_text()).map_err(Torn::Write)?;
        }
    }
    Ok(())
}

/// Begun under another name, so that a file with the right name is always whole.
fn begin(path: &Path) -> Result<(PathBuf, BufWriter<File>), LedgerError> {
    let part = path.with_extension("part");
    let file = File::create(&part).map_err(LedgerError::file(&part))?;
    Ok((part, BufWriter::with_capacity(1 << 18, file)))
}

fn end(out: BufWriter<File>, part: &Path, path: &Path) -> Result<(), LedgerError> {
    let file = out.into_inner().map_err(|error| LedgerError::file(part)(error.into_error()))?;
    file.sync_all().map_err(LedgerError::file(part))?;
    std::fs::rename(part, path).map_err(LedgerError::file(path))?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(LedgerError::file(folder))
}

/// A file with blocks from `from` to before `to`.
struct Segment {
    from: i64,
    to: i64,
    path: PathBuf,
}

/// The files with blocks, in order.
fn segments(folder: &Path) -> Result<Vec<Segment>, LedgerError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(LedgerError::file(folder))? {
        let path = entry.map_err(LedgerError::file(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let numbers = name.strip_prefix("ledger-").and_then(|rest| rest.strip_suffix(".jsonl"));
        let numbers = numbers.and_then(|numbers| numbers.split_once('-'));
        if let Some((Ok(from), Ok(to))) = numbers.map(|(from, to)| (from.parse(), to.parse())) {
            found.push(Segment { from, to, path });
        }
    }
    found.sort_by_key(|segment| segment.from);
    Ok(found)
}

/// The newest head in a file or in an exported folder.
pub fn outside_head(path: &Path) -> Result<SignedHead, LedgerError> {
    let none = || LedgerError::NoHead { path: path.to_owned() };
    if path.is_dir() { newest_head(path)?.ok_or_else(none) } else { last_head_in(path)?.ok_or_else(none) }
}

fn newest_head(folder: &Path) -> Result<Option<SignedHead>, LedgerError> {
    let mut newest: Option<SignedHead> = None;
    for segment in segments(folder)? {
        let head = last_head_in(&segment.path)?;
        newest = newest.into_iter().chain(head).max_by_key(|head| head.head.number);
    }
    Ok(newest)
}

fn last_head_in(path: &Path) -> Result<Option<SignedHead>, LedgerError> {
    let mut last = None;
    for line in BufReader::new(File::open(path).map_err(LedgerError::file(path))?).lines() {
        let line = line.map_err(LedgerError::file(path))?;
        if line.starts_with("{\"head\"")
            && let Ok(Line::Head(head)) = Line::read(&line)
        {
            last = Some(head);
        }
    }
    Ok(last)
}

/// The public key in a file, or in the `ledger.pub` of a folder; none if it is not there.
pub fn public_key(path: &Path) -> Option<SignerId> {
    let path = if path.is_dir() { path.join("ledger.pub") } else { path.to_owned() };
    SignerId::from_text(&std::fs::read_to_string(path).ok()?)
}

/// Checks an exported folder without a database: blocks against their entries, chains, heads and signatures.
pub fn audit_files(
    folder: &Path,
    trusted: Option<SignerId>,
    outside: Option<&SignedHead>,
) -> Result<Audit, LedgerError> {
    let segments = segments(folder)?;
    if segments.is_empty() {
        return Err(LedgerError::NoHead { path: folder.to_owned() });
    }
    let check = if outside.is_some() { Check::default() } else { Check::without_proofs() };
    let mut reading = Reading { check, open: None, ends_with_head: false };
    for segment in &segments {
        let name = segment.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let file = File::open(&segment.path).map_err(LedgerError::file(&segment.path))?;
        let fits = reading.check.log().size() as i64 == segment.from;
        let lines = BufReader::with_capacity(BYTES_AT_ONCE, file);
        reading.read(name, lines).map_err(LedgerError::file(&segment.path))?;
        if !fits || reading.check.log().size() as i64 != segment.to || !reading.ends_with_head {
            reading.check.faults.note(FaultKind::Unreadable, name);
        }
    }
    Ok(Audit::of_log(reading.check, trusted, outside))
}

/// Files on their way through the check.
struct Reading {
    check: Check,
    /// The block whose entries are being read, how many are still to come, and their tree so far.
    open: Option<(Block, Tree)>,
    ends_with_head: bool,
}

impl Reading {
    fn read(&mut self, name: &str, mut lines: impl BufRead) -> std::io::Result<()> {
        let mut line = Vec::new();
        for place in 1.. {
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.pop() != Some(b'\n') {
                // Torn off within a line.
                self.check.faults.note(FaultKind::Unreadable, name);
                break;
            }
            match std::str::from_utf8(&line).ok().and_then(|line| Line::read(line).ok()) {
                Some(line) => self.take(line),
                None => self.check.faults.note(FaultKind::Unreadable, format!("{name}:{place}")),
            }
        }
        self.close();
        Ok(())
    }

    fn take(&mut self, line: Line) {
        self.ends_with_head = matches!(line, Line::Head(_));
        match line {
            Line::Block(block) => {
                self.close();
                self.open = Some((block, Tree::default()));
            }
            Line::Entry(entry) => match &mut self.open {
                Some((_, tree)) => tree.push(entry.leaf()),
                None => self.check.faults.note(FaultKind::FactAdded, entry.id),
            },
            Line::Head(head) => {
                self.close();
                self.check.head(&head);
            }
        }
    }

    fn close(&mut self) {
        let Some((block, tree)) = self.open.take() else { return };
        if tree.root() != block.root || tree.size() as i64 != block.entries {
            self.check.faults.note(FaultKind::EntriesChanged, format!("block {}", block.number));
        }
        self.check.block(&block);
    }
}
