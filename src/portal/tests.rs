//! The whole way through the pages.
