//! Everything that is tested through the public API or the binary.

mod embedding;
