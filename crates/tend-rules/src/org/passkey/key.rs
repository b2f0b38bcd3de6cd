//! The public key of a passkey as COSE writes it (RFC 9053), in the three kinds that authenticators of today make.

use super::PasskeyFault;
use ciborium::Value;

/// COSE's numbers of the algorithms that are asked for, best first: EdDSA, ES256, and RS256 for older Windows Hello.
pub const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// A public key, ready for a signature to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyKey {
    /// ECDSA on P-256 with SHA-256: the point uncompressed, 65 bytes. Signatures are in ASN.1.
    Es256(Vec<u8>),
    /// Ed25519: 32 bytes.
    EdDsa(Vec<u8>),
    /// RSA with PKCS #1 padding and SHA-256.
    Rs256 {
        /// The modulus, big end first, 2048 to 4096 bits.
        modulus: Vec<u8>,
        /// The exponent, big end first.
        exponent: Vec<u8>,
    },
}

impl PasskeyKey {
    /// Reads a COSE key.
    pub fn from_cose(bytes: &[u8]) -> Result<Self, PasskeyFault> {
        let value: Value = ciborium::from_reader(bytes).map_err(|_| PasskeyFault::Unreadable)?;
        let map = value.into_map().map_err(|_| PasskeyFault::Unreadable)?;
        let found = |label: i64| map.iter().find(|(key, _)| *key == Value::from(label)).map(|(_, value)| value);
        let number = |label| found(label).and_then(Value::as_integer).and_then(|number| i64::try_from(number).ok());
        let bytes = |label| found(label).and_then(Value::as_bytes).cloned().ok_or(PasskeyFault::KeyNotTaken);
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (bytes(-2)?, bytes(-3)?);
                if (x.len(), y.len()) != (32, 32) {
                    return Err(PasskeyFault::KeyNotTaken);
                }
                Ok(Self::Es256([&[4], &x[..], &y[..]].concat()))
            }
            (Some(1), Some(-8), Some(6)) => {
                let x = bytes(-2)?;
                if x.len() == 32 { Ok(Self::EdDsa(x)) } else { Err(PasskeyFault::KeyNotTaken) }
            }
            (Some(3), Some(-257), _) => {
                let (modulus, exponent) = (bytes(-1)?, bytes(-2)?);
                if (256..=512).contains(&modulus.len()) && (1..=8).contains(&exponent.len()) {
                    Ok(Self::Rs256 { modulus, exponent })
                } else {
                    Err(PasskeyFault::KeyNotTaken)
                }
            }
            _ => Err(PasskeyFault::KeyNotTaken),
        }
    }
}
