//! The private modules of relata's `embed` that the bench measures, compiled from their own source.

#[path = "../../src/embed/kernels.rs"]
pub mod kernels;
#[path = "workloads.rs"]
pub mod workloads;
