//! Files of papers: one module per format, each turning bytes into [`Paper`]s as they stream by.
//!
//! This module owns opening (plain, gzip, zstd, standard input), detection by content, and the limits; the format
//! modules own syntax and field names; cleaning is [`Record`](crate::paper::Record)'s.
