//! Signatures are verified by ring, as everything else here is; nothing is signed.

use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::DecodingKeyKind;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::crypto::CryptoProvider;
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::crypto::KeyUtils;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::errors::Result;
use jsonwebtoken::signature::Error;
use jsonwebtoken::signature::Verifier;
use ring::signature;
use ring::signature::RsaParameters;
use ring::signature::UnparsedPublicKey;
use ring::signature::VerificationAlgorithm;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: no_signer,
    verifier_factory: verifier,
    // They take keys apart that are to be shown as JWK, which nobody does here.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes the JWT library use it. Whoever comes second finds it there.
pub(super) fn install() {
    let _there_already = PROVIDER.install_default();
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library asks so")]
fn no_signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Err(ErrorKind::UnsupportedAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library asks so")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let check = match (algorithm, key.kind()) {
        (_, DecodingKeyKind::RsaModulusExponent { n, e }) => Check::Rsa {
            how: rsa(*algorithm).ok_or(ErrorKind::UnsupportedAlgorithm)?,
            modulus: n.clone(),
            exponent: e.clone(),
        },
        (_, DecodingKeyKind::SecretOrDer(point)) => Check::Point {
            how: point_of(*algorithm).ok_or(ErrorKind::UnsupportedAlgorithm)?,
            key: point.clone(),
        },
    };
    Ok(Box::new(Ring { algorithm: *algorithm, check }))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other one is RSA's")]
fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::RS256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other one has such a key")]
fn point_of(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        Algorithm::ES256 => Some(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => Some(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => Some(&signature::ED25519),
        _ => None,
    }
}

/// A key and what to do with it.
enum Check {
    /// RSA: modulus and exponent.
    Rsa { how: &'static RsaParameters, modulus: Vec<u8>, exponent: Vec<u8> },
    /// A point of a curve.
    Point { how: &'static dyn VerificationAlgorithm, key: Vec<u8> },
}

struct Ring {
    algorithm: Algorithm,
    check: Check,
}

impl Verifier<Vec<u8>> for Ring {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        match &self.check {
            Check::Rsa { how, modulus, exponent } => {
                let key = signature::RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(how, message, signature)
            }
            Check::Point { how, key } => {
                UnparsedPublicKey::new(*how, key).verify(message, signature)
            }
        }
        .map_err(|_| Error::new())
    }
}

impl JwtVerifier for Ring {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
