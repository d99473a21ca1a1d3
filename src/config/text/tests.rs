//! Tests of reading text.
