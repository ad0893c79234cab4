//! Everything that is tested through the public API or the binary.

mod add;
mod architecture;
mod ask;
mod bad_input;
mod batch;
mod compare;
mod doctor;
mod duplicates;
mod embedding;
mod evaluate;
mod export;
mod facets;
mod feed;
mod feedback;
mod graph;
mod killed;
mod missing;
mod model_fetch;
mod page;
mod program;
mod report;
mod run;
mod steering;
mod sync;
mod watch;
