//! Keys and sealed cells: a key per customer, wrapped by a master key that stays outside the database.
//!
//! A customer's keys stand in one column, the newest first: it seals, and the former ones still open what cannot be
//! written anew (the journal) or has not been yet. Each is wrapped with the id of its master key in front, so that a
//! database half on an old and half on a new master key can be read.
//!
//! Cells are AES-256-GCM with associated data that names table, column and row, so that a cell cannot be moved to
//! another place unnoticed. Look-ups go through blind digests: HMAC-SHA-256 under a key of its own, first 64 bits
//! (DESIGN: Data; facts/trust.md: PII).

use super::masters::{KeyId, Master, Masters, write_private};
use super::{KeySource, SealedPlace};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use std::sync::Arc;
use tend_rules::base::{CustomerId, Signer};
use uuid::Uuid;

const VERSION: u8 = 1;
/// A wrapped key with the id of its master key behind the version.
const VERSION_NAMED: u8 = 2;
const NONCE_BYTES: usize = 12;
/// Nonce, key and tag.
const SEALED_KEY_BYTES: usize = NONCE_BYTES + 32 + 16;
const WRAPPED: &str = "customer_key.wrapped";
const FIRM_KEYS: &str = "master_key.firm_keys";

/// Why a cell or key could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file cannot be read or written.
    #[error("the key file {path}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key is not 64 hexadecimal digits.
    #[error("the key is not 64 hexadecimal digits")]
    Malformed,
    /// The command that prints the keys cannot be run, or fails.
    #[error("the command for the master key")]
    Command {
        /// What the system said; nothing of what the command printed.
        source: std::io::Error,
    },
    /// A new key is to be brought by the operator: the keys come from where this program does not write.
    #[error("{place} is not written by this program")]
    NotOurs {
        /// Where the keys come from.
        place: String,
    },
    /// The database was sealed with a master key that is not among those of this machine.
    #[error("master key {id} is not here")]
    Missing {
        /// The key that is needed.
        id: KeyId,
    },
    /// The cell is damaged, belongs to another place, or was sealed with another key.
    #[error("a sealed cell of {place} cannot be opened")]
    Unopenable {
        /// Table and column.
        place: &'static str,
    },
}

/// The keys of the firm: master keys that wrap, and the keys for the firm's own cells and look-ups.
#[derive(Clone)]
pub struct Keyring {
    masters: Arc<Masters>,
    firm: Arc<FirmKeys>,
    signer: Arc<Signer>,
}

/// What outlives a master key: a new blind key would make every look-up and every refused number unfindable.
struct FirmKeys {
    cells: Aes256Gcm,
    blind: [u8; 32],
    raw: [u8; 64],
}

impl FirmKeys {
    fn of(raw: [u8; 64]) -> Self {
        let (mut cells, mut blind) = ([0; 32], [0; 32]);
        cells.copy_from_slice(&raw[..32]);
        blind.copy_from_slice(&raw[32..]);
        Self { cells: Aes256Gcm::new(&cells.into()), blind, raw }
    }

    /// Those of a firm that has not begun yet.
    fn derived(master: &Master) -> Self {
        let mut raw = [0; 64];
        raw[..32].copy_from_slice(&master.derive("firm cells"));
        raw[32..].copy_from_slice(&master.derive("blind index"));
        Self::of(raw)
    }
}

/// One customer's own key, opened, with the former ones.
#[derive(Clone)]
pub struct CustomerKey {
    cipher: Aes256Gcm,
    former: Arc<[Aes256Gcm]>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl std::fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustomerKey(…)")
    }
}

impl Keyring {
    /// The firm's keys from a master key in hand; so also the signer of the ledger, until [`Keyring::signing_at`].
    pub fn of(master: [u8; 32]) -> Self {
        Self::from(Masters::of(master))
    }

    /// Reads the master keys from their file (64 hexadecimal digits a line), or makes one, readable by its owner only.
    pub fn at(path: &Path) -> Result<Self, KeyError> {
        Self::of_source(KeySource::File(path.to_owned()))
    }

    /// Reads the master keys from where they come from. A file that is not there is made.
    pub fn of_source(source: KeySource) -> Result<Self, KeyError> {
        Ok(Self::from(Masters::of_source(source)?))
    }

    fn from(masters: Masters) -> Self {
        let first = masters.first();
        let signer = Signer::of(first.derive("ledger heads"));
        Self { firm: Arc::new(FirmKeys::derived(&first)), masters: Arc::new(masters), signer: Arc::new(signer) }
    }

    /// The master keys, to be told which of them is in use.
    pub fn masters(&self) -> &Masters {
        &self.masters
    }

    /// The firm's own keys, sealed with a master key that is known.
    pub fn firm_keys_under(&self, id: KeyId) -> Result<Vec<u8>, KeyError> {
        let master = self.masters.find(id).ok_or(KeyError::Missing { id })?;
        Ok(seal(master.wrap(), FIRM_KEYS, Uuid::nil(), &self.firm.raw))
    }

    /// The same keyring with the firm's own keys as they stand sealed in the database.
    pub fn with_firm_keys(self, id: KeyId, sealed: &[u8]) -> Result<Self, KeyError> {
        let master = self.masters.find(id).ok_or(KeyError::Missing { id })?;
        let raw = open(master.wrap(), FIRM_KEYS, Uuid::nil(), sealed)?;
        let raw: [u8; 64] = raw.try_into().map_err(|_| KeyError::Unopenable { place: FIRM_KEYS })?;
        Ok(Self { firm: Arc::new(FirmKeys::of(raw)), ..self })
    }

    /// The same keys with the ledger's signer from its own file (64 hexadecimal digits), which is made, readable by its
    /// owner only, if it is not there. Its public half is put beside it, `ledger.pub` for `ledger.key`.
    pub fn signing_at(self, path: &Path) -> Result<Self, KeyError> {
        let wrap = |source| KeyError::File { path: path.display().to_string(), source };
        let signer = match std::fs::read_to_string(path) {
            Ok(text) => Signer::from_text(&text).ok_or(KeyError::Malformed)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let signer = Signer::of(random::<32>());
                write_private(path, &signer.to_text()).map_err(wrap)?;
                signer
            }
            Err(error) => return Err(wrap(error)),
        };
        let public = path.with_extension("pub");
        if !public.exists() {
            std::fs::write(&public, format!("{}\n", signer.id())).map_err(wrap)?;
        }
        Ok(Self { signer: Arc::new(signer), ..self })
    }

    /// Who signs the heads of the ledger.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// A new key for a customer: the key, and its wrapped form for the table `customer_key`.
    pub fn new_customer_key(&self, customer: CustomerId) -> (CustomerKey, Vec<u8>) {
        let raw = random::<32>();
        let wrapped = wrap(&self.masters.current(), customer, &raw);
        (CustomerKey { cipher: Aes256Gcm::new(&raw.into()), former: Arc::new([]) }, wrapped)
    }

    /// Opens a customer's wrapped keys.
    pub fn customer_key(&self, customer: CustomerId, wrapped: &[u8]) -> Result<CustomerKey, KeyError> {
        let raw = self.unwrap(customer, wrapped)?;
        let mut ciphers = raw.iter().map(|raw| Aes256Gcm::new(raw.into()));
        let cipher = ciphers.next().ok_or(KeyError::Unopenable { place: WRAPPED })?;
        Ok(CustomerKey { cipher, former: ciphers.collect() })
    }

    /// A customer's keys wrapped with the master key in use; `None` if they are already.
    pub fn rewrap(&self, customer: CustomerId, wrapped: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        let master = self.masters.current();
        if entries(wrapped)?.iter().all(|entry| entry.master == Some(master.id())) {
            return Ok(None);
        }
        let raw = self.unwrap(customer, wrapped)?;
        Ok(Some(raw.iter().flat_map(|raw| wrap(&master, customer, raw)).collect()))
    }

    /// A fresh key in front of a customer's keys: opened, and wrapped.
    pub fn renew(&self, customer: CustomerId, wrapped: &[u8]) -> Result<(CustomerKey, Vec<u8>), KeyError> {
        let (_, mut fresh) = self.new_customer_key(customer);
        fresh.extend_from_slice(wrapped);
        Ok((self.customer_key(customer, &fresh)?, fresh))
    }

    fn unwrap(&self, customer: CustomerId, wrapped: &[u8]) -> Result<Vec<[u8; 32]>, KeyError> {
        let unopenable = || KeyError::Unopenable { place: WRAPPED };
        let mut opened = Vec::with_capacity(1);
        for entry in entries(wrapped)? {
            let raw = match entry.master {
                Some(id) => {
                    let master = self.masters.find(id).ok_or(KeyError::Missing { id })?;
                    open(master.wrap(), WRAPPED, customer.0, &entry.cell)?
                }
                None => {
                    let known = self.masters.every();
                    let mut tried = known.iter().map(|master| open(master.wrap(), WRAPPED, customer.0, &entry.cell));
                    tried.find_map(Result::ok).ok_or_else(unopenable)?
                }
            };
            opened.push(raw.try_into().map_err(|_| unopenable())?);
        }
        Ok(opened)
    }

    /// Seals a cell that belongs to the firm and to no customer.
    pub fn seal_firm(&self, place: SealedPlace, row: Uuid, plain: &[u8]) -> Vec<u8> {
        seal(&self.firm.cells, place.word(), row, plain)
    }

    /// Opens a cell of the firm.
    pub fn open_firm(&self, place: SealedPlace, row: Uuid, cell: &[u8]) -> Result<Vec<u8>, KeyError> {
        open(&self.firm.cells, place.word(), row, cell)
    }

    /// The blind digest of a normalised value. `kind` separates spaces: `phone`, `phone_tail_4`, `plate` …
    pub fn digest(&self, kind: &str, value: &str) -> i64 {
        let full = mac(&self.firm.blind, &[kind.as_bytes(), b"\0", value.as_bytes()]);
        let mut first = [0u8; 8];
        first.copy_from_slice(&full[..8]);
        i64::from_be_bytes(first)
    }
}

impl CustomerKey {
    /// Seals a cell of the customer; `row` is the row's id.
    pub fn seal(&self, place: SealedPlace, row: Uuid, plain: &str) -> Vec<u8> {
        seal(&self.cipher, place.word(), row, plain.as_bytes())
    }

    /// Opens a cell of the customer.
    pub fn open(&self, place: SealedPlace, row: Uuid, cell: &[u8]) -> Result<String, KeyError> {
        let place = place.word();
        let plain =
            std::iter::once(&self.cipher).chain(self.former.iter()).find_map(|key| open(key, place, row, cell).ok());
        let plain = plain.ok_or(KeyError::Unopenable { place })?;
        String::from_utf8(plain).map_err(|_| KeyError::Unopenable { place })
    }
}

/// Fresh random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Random bytes for ids: from a page of them kept by each thread, because an import makes a dozen ids for each row and a
/// call to the operating system costs more than the row's rules. Keys and nonces come from [`random`].
pub(crate) fn random_for_ids<const N: usize>() -> [u8; N] {
    use std::cell::RefCell;
    thread_local! {
        static PAGE: RefCell<(usize, [u8; 4096])> = const { RefCell::new((4096, [0; 4096])) };
    }
    PAGE.with_borrow_mut(|(used, page)| {
        if *used + N > page.len() {
            getrandom::fill(page).expect("the operating system gives random bytes");
            *used = 0;
        }
        let mut bytes = [0u8; N];
        bytes.copy_from_slice(&page[*used..*used + N]);
        *used += N;
        bytes
    })
}

/// One wrapped key: its master key if it is named, and the cell as [`open`] takes it.
struct Entry {
    master: Option<KeyId>,
    cell: Vec<u8>,
}

/// Takes the wrapped keys of a customer apart.
fn entries(mut wrapped: &[u8]) -> Result<Vec<Entry>, KeyError> {
    let mut found = Vec::with_capacity(1);
    while let Some((version, rest)) = wrapped.split_first() {
        let (master, rest) = match (*version, rest.split_at_checked(KeyId::BYTES)) {
            (VERSION, _) => (None, rest),
            (VERSION_NAMED, Some((id, rest))) => (Some(KeyId::from_bytes(id)), rest),
            _ => return Err(KeyError::Unopenable { place: WRAPPED }),
        };
        let (sealed, rest) = rest.split_at_checked(SEALED_KEY_BYTES).ok_or(KeyError::Unopenable { place: WRAPPED })?;
        found.push(Entry { master, cell: [&[VERSION], sealed].concat() });
        wrapped = rest;
    }
    Ok(found)
}

fn wrap(master: &Master, customer: CustomerId, raw: &[u8; 32]) -> Vec<u8> {
    let cell = seal(master.wrap(), WRAPPED, customer.0, raw);
    [&[VERSION_NAMED], master.id().bytes().as_slice(), &cell[1..]].concat()
}

pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn associated(place: &str, row: Uuid) -> Vec<u8> {
    [&[VERSION], place.as_bytes(), b"\0", row.as_bytes().as_slice()].concat()
}

fn seal(cipher: &Aes256Gcm, place: &'static str, row: Uuid, plain: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE_BYTES>();
    let payload = Payload { msg: plain, aad: &associated(place, row) };
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), payload).expect("a cell is far below the cipher's limit");
    [&[VERSION], nonce.as_slice(), &sealed].concat()
}

fn open(cipher: &Aes256Gcm, place: &'static str, row: Uuid, cell: &[u8]) -> Result<Vec<u8>, KeyError> {
    let unopenable = KeyError::Unopenable { place };
    let (Some(&VERSION), Some(nonce), Some(sealed)) = (cell.first(), cell.get(1..13), cell.get(13..)) else {
        return Err(unopenable);
    };
    let payload = Payload { msg: sealed, aad: &associated(place, row) };
    cipher.decrypt(Nonce::from_slice(nonce), payload).map_err(|_| unopenable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_opens_only_in_its_own_place() {
        let keys = Keyring::of([7; 32]);
        let (wang, zhao) = (CustomerId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
        let (key, wrapped) = keys.new_customer_key(wang);
        let row = Uuid::from_u128(9);
        let cell = key.seal(SealedPlace::ContactPoint, row, "13800001234");
        let again = keys.customer_key(wang, &wrapped).expect("her key");
        assert_eq!(again.open(SealedPlace::ContactPoint, row, &cell).expect("her cell"), "13800001234");
        assert!(again.open(SealedPlace::ContactPoint, Uuid::from_u128(8), &cell).is_err());
        assert!(again.open(SealedPlace::ContactNote, row, &cell).is_err());
        assert!(keys.customer_key(zhao, &wrapped).is_err());
        assert!(!cell.windows(5).any(|w| w == b"13800"));
    }

    #[test]
    fn former_keys_open_and_the_newest_seals() {
        let keys = Keyring::of([7; 32]);
        let (wang, row) = (CustomerId(Uuid::from_u128(1)), Uuid::from_u128(9));
        let (old, wrapped) = keys.new_customer_key(wang);
        let cell = old.seal(SealedPlace::ContactPoint, row, "13800001234");
        let (new, wrapped) = keys.renew(wang, &wrapped).expect("a fresh key");
        assert_eq!(new.open(SealedPlace::ContactPoint, row, &cell).expect("the former key"), "13800001234");
        let fresh = new.seal(SealedPlace::ContactPoint, row, "13800001234");
        assert!(old.open(SealedPlace::ContactPoint, row, &fresh).is_err(), "the old key is not used any more");
        assert!(keys.rewrap(wang, &wrapped).expect("both keys").is_none(), "already under this master key");
        assert!(keys.customer_key(wang, &wrapped[..80]).is_err(), "cut off");
    }

    #[test]
    fn a_key_of_the_first_version_is_opened_and_wrapped_anew() {
        let keys = Keyring::of([7; 32]);
        let wang = CustomerId(Uuid::from_u128(1));
        let plain = seal(keys.masters.current().wrap(), WRAPPED, wang.0, &[3; 32]);
        let cell =
            keys.customer_key(wang, &plain).expect("the first version").seal(SealedPlace::ContactPoint, wang.0, "x");
        let named = keys.rewrap(wang, &plain).expect("opened").expect("not named yet");
        assert_eq!(
            keys.customer_key(wang, &named)
                .expect("named")
                .open(SealedPlace::ContactPoint, wang.0, &cell)
                .expect("same key"),
            "x"
        );
        let other = Keyring::of([8; 32]).customer_key(wang, &named);
        assert!(matches!(other, Err(KeyError::Missing { .. })), "{other:?}");
    }

    #[test]
    fn a_digest_is_stable_and_kinds_do_not_mix() {
        let keys = Keyring::of([7; 32]);
        assert_eq!(keys.digest("phone", "1234"), keys.digest("phone", "1234"));
        assert_ne!(keys.digest("phone", "1234"), keys.digest("phone_tail_4", "1234"));
        assert_ne!(keys.digest("phone", "1234"), Keyring::of([8; 32]).digest("phone", "1234"));
    }
}
