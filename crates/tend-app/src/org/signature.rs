//! Signatures that others made: by passkeys and by identity providers. Only checked here, never made.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use tend_rules::org::id_token::TokenKey;
use tend_rules::org::passkey::PasskeyKey;

/// Whether `signature` over `signed` is by the key of an identity provider.
pub(super) fn token_signed(key: &TokenKey, signed: &[u8], signature: &[u8]) -> bool {
    let checked = match key {
        TokenKey::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature),
        TokenKey::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
        TokenKey::Rs256 { modulus, exponent } => {
            RsaPublicKeyComponents { n: modulus, e: exponent }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        }
    };
    checked.is_ok()
}

/// Whether `signature` over `signed` is by the key of a passkey.
pub(super) fn passkey_signed(key: &PasskeyKey, signed: &[u8], signature: &[u8]) -> bool {
    let checked = match key {
        PasskeyKey::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature),
        PasskeyKey::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
        PasskeyKey::Rs256 { modulus, exponent } => {
            RsaPublicKeyComponents { n: modulus, e: exponent }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        }
    };
    checked.is_ok()
}
