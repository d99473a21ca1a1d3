//! Configuration files, whole: what is accepted means what it says, what is refused is named with line,
//! key path, what was found and what is allowed.
//!
//! Beside every file of `invalid` stands what the operator is told; `UPDATE_GOLDEN=1` rewrites it.

#[cfg(test)]
mod accepted;
#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod enforcement;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod world;
