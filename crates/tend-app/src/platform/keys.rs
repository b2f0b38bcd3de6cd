//! Keys and sealed cells: a key per customer, wrapped by a master key that stays outside the database.
//!
//! Cells are AES-256-GCM with associated data that names table, column and row, so that a cell cannot be moved to
//! another place unnoticed. Look-ups go through blind digests: HMAC-SHA-256 under a key of its own, first 64 bits
//! (DESIGN: Data; facts/trust.md: PII).

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use std::sync::Arc;
use tend_rules::base::{CustomerId, Signer};
use uuid::Uuid;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

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
    /// The cell is damaged, belongs to another place, or was sealed with another key.
    #[error("a sealed cell of {place} cannot be opened")]
    Unopenable {
        /// Table and column.
        place: &'static str,
    },
}

/// The keys of the firm, derived from the master key.
#[derive(Clone)]
pub struct Keyring {
    inner: Arc<Derived>,
    signer: Arc<Signer>,
}

struct Derived {
    wrap: Aes256Gcm,
    firm: Aes256Gcm,
    blind: [u8; 32],
}

/// One customer's own key, opened.
#[derive(Clone)]
pub struct CustomerKey {
    cipher: Aes256Gcm,
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
    /// Derives the firm's keys from a master key; so also the signer of the ledger, until [`Keyring::signing_at`].
    pub fn of(master: [u8; 32]) -> Self {
        let derive = |purpose: &str| -> [u8; 32] { mac(&master, &[purpose.as_bytes()]) };
        let inner = Derived {
            wrap: Aes256Gcm::new(&derive("wrap customer keys").into()),
            firm: Aes256Gcm::new(&derive("firm cells").into()),
            blind: derive("blind index"),
        };
        Self { inner: Arc::new(inner), signer: Arc::new(Signer::of(derive("ledger heads"))) }
    }

    /// Reads the master key from its file (64 hexadecimal digits), or makes it, readable by its owner only.
    pub fn at(path: &Path) -> Result<Self, KeyError> {
        let wrap = |source| KeyError::File { path: path.display().to_string(), source };
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self::of(from_hex(text.trim()).ok_or(KeyError::Malformed)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let master = random::<32>();
                write_private(path, &to_hex(&master)).map_err(wrap)?;
                Ok(Self::of(master))
            }
            Err(error) => Err(wrap(error)),
        }
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
        let wrapped = seal(&self.inner.wrap, "customer_key.wrapped", customer.0, &raw);
        (CustomerKey { cipher: Aes256Gcm::new(&raw.into()) }, wrapped)
    }

    /// Opens a wrapped customer key.
    pub fn customer_key(&self, customer: CustomerId, wrapped: &[u8]) -> Result<CustomerKey, KeyError> {
        let raw = open(&self.inner.wrap, "customer_key.wrapped", customer.0, wrapped)?;
        let raw: [u8; 32] = raw.try_into().map_err(|_| KeyError::Unopenable { place: "customer_key.wrapped" })?;
        Ok(CustomerKey { cipher: Aes256Gcm::new(&raw.into()) })
    }

    /// Seals a cell that belongs to the firm and to no customer. `place` is `table.column`.
    pub fn seal_firm(&self, place: &'static str, row: Uuid, plain: &[u8]) -> Vec<u8> {
        seal(&self.inner.firm, place, row, plain)
    }

    /// Opens a cell of the firm.
    pub fn open_firm(&self, place: &'static str, row: Uuid, cell: &[u8]) -> Result<Vec<u8>, KeyError> {
        open(&self.inner.firm, place, row, cell)
    }

    /// The blind digest of a normalised value. `kind` separates spaces: `phone`, `phone_tail_4`, `plate` …
    pub fn digest(&self, kind: &str, value: &str) -> i64 {
        let full = mac(&self.inner.blind, &[kind.as_bytes(), b"\0", value.as_bytes()]);
        let mut first = [0u8; 8];
        first.copy_from_slice(&full[..8]);
        i64::from_be_bytes(first)
    }
}

impl CustomerKey {
    /// Seals a cell of the customer. `place` is `table.column`, `row` the row's id.
    pub fn seal(&self, place: &'static str, row: Uuid, plain: &str) -> Vec<u8> {
        seal(&self.cipher, place, row, plain.as_bytes())
    }

    /// Opens a cell of the customer.
    pub fn open(&self, place: &'static str, row: Uuid, cell: &[u8]) -> Result<String, KeyError> {
        let plain = open(&self.cipher, place, row, cell)?;
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

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
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

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
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
        let cell = key.seal("contact_point.cell", row, "13800001234");
        let again = keys.customer_key(wang, &wrapped).expect("her key");
        assert_eq!(again.open("contact_point.cell", row, &cell).expect("her cell"), "13800001234");
        assert!(again.open("contact_point.cell", Uuid::from_u128(8), &cell).is_err());
        assert!(again.open("contact.note_cell", row, &cell).is_err());
        assert!(keys.customer_key(zhao, &wrapped).is_err());
        assert!(!cell.windows(5).any(|w| w == b"13800"));
    }

    #[test]
    fn a_digest_is_stable_and_kinds_do_not_mix() {
        let keys = Keyring::of([7; 32]);
        assert_eq!(keys.digest("phone", "1234"), keys.digest("phone", "1234"));
        assert_ne!(keys.digest("phone", "1234"), keys.digest("phone_tail_4", "1234"));
        assert_ne!(keys.digest("phone", "1234"), Keyring::of([8; 32]).digest("phone", "1234"));
    }
}
