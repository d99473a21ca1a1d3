//! Values that must not be printed, logged, compared in variable time, or left in memory.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret: no `Display`, no `Serialize`, a `Debug` that shows nothing, wiped on drop.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into secrecy.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one call that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Compares two byte strings in time that depends on their lengths only.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The one way out of secrecy by serde: for records that the store seals before they touch a disk.
///
/// Use as `#[serde(with = "crate::secret::at_rest")]`, only in types under `store`'s seal.
pub mod at_rest {
    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serialize;
    use serde::Serializer;
    use zeroize::Zeroize;

    use super::Secret;

    /// Writes the value itself.
    ///
    /// # Errors
    /// When the format cannot hold the value.
    pub fn serialize<T, S>(secret: &Secret<T>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Zeroize + Serialize,
        S: Serializer,
    {
        secret.expose().serialize(serializer)
    }

    /// Reads the value into secrecy.
    ///
    /// # Errors
    /// When the stored value has another shape.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Secret<T>, D::Error>
    where
        T: Zeroize + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        T::deserialize(deserializer).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_value_a304() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "Secret(…)");
    }

    #[test]
    fn comparison_is_by_content() {
        assert!(equal(b"same", b"same"));
        assert!(!equal(b"same", b"sane"));
        assert!(!equal(b"same", b"sam"));
    }
}
