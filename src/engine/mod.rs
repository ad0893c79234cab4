//! The application behind the command line and other front ends: requests and answers. It does not depend on arguments
//! or terminals.
//!
//! [`Engine`] is an open library, shared by threads; a [`Snapshot`] answers questions from one state of it. `ask.rs`
//! resolves the names of a [`Request`] (`request.rs`) and makes a [`Question`] (`question.rs`). `recommend.rs` ranks
//! papers for the question. `ask.rs` returns them as an [`Answer`] (`answer.rs`).

mod add;
mod answer;
mod ask;
mod backup;
mod batch;
mod batch_data;
mod change;
mod closeness;
mod conditions;
mod connections;
mod doctor;
mod duplicates;
mod embedding;
mod evaluation;
mod event;
mod explain;
mod facets;
mod feed;
mod generation;
mod graph;
mod info;
mod interests;
pub mod json;
mod known_items;
mod languages;
mod listing;
mod live;
mod missing;
mod open;
mod opinions;
mod paper_list;
mod prepare;
mod profiles;
mod queries;
mod question;
mod recommend;
mod removal;
mod report;
mod report_request;
mod request;
mod seen;
mod snapshot;
mod summary;
mod sync;
mod text_query;
mod writer;

pub use crate::analysis::{Section, Sections};
pub use crate::draft::Markup;
pub use crate::embed::store::{FetchEvent, ModelChoice, ModelStore};
pub use crate::embed::{EmbedOptions, Kernels, KnownModel, default_model, known_models};
pub use crate::evaluate::bootstrap::{Difference, Interval};
pub use crate::evaluate::metrics::Measure;
pub use crate::evaluate::qrels::RepeatedJudgement;
pub use crate::evaluate::run::write_ranking;
pub use crate::evaluate::{Evaluation, MeasureSummary};
pub use crate::lexical::{NamedTerm, SharedTerm};
pub use crate::library::{
    BY_HAND, Condition, DATABASE, Features, Field, Filters, Listed, Opinion, PaperNumber, Profile, SAME_RECORD,
    STANDARD_INPUT, SourceSummary, Verdict, compare as compare_records, delete_database,
};
pub use crate::paper::Paper;
pub use crate::rank::facets::{Abstract, Facet, FacetModel, OTHER, Scores as FacetScores};
pub use crate::rank::{Parts, Ranker, Weights};
pub use crate::search::Hit;
pub use crate::sync::{Category, Clock, Interface, Servers, Source, SourceReport, SyncOptions, SystemClock};
pub use crate::vector::Precision;
pub use crate::watch::Watch;
pub use add::{AddRequest, source_name};
pub use answer::{
    About, Answer, CitedPapers, Explanation, Kind, ListSummary, NoResults, QuerySummary, Reason, Recommendation,
    SentenceMatch, Understood,
};
pub use backup::{MadeBackup, RepairedLibrary, RestoredBackup, repair, restore};
pub use batch_data::BatchItem;
pub use connections::Connection;
pub use doctor::{Examination, Finding};
pub use duplicates::{Decision, DecisionAnswer, Lookalike, PossibleDuplicates, Version, Work, WorkList};
pub use evaluation::{EvaluationAnswer, EvaluationRequest, Measured, read_query_file};
pub use event::{Event, Observer, unobserved};
pub use facets::FacetTraining;
pub use feed::{Feed, FeedEntry, FeedRequest};
pub use graph::{Edge, GraphRequest, NeighborGraph};
pub use info::Info;
pub use interests::Interest;
pub use json::Named;
pub use known_items::Reading;
pub use listing::{EmbeddedPapers, ListRequest, ShownPaper, ShownPapers, Sources};
pub use missing::{Citations, Cited, CitedWorks, MissingRequest};
pub use open::Engine;
pub use opinions::{OpinionAnswer, OpinionChange, OpinionRequest};
pub use paper_list::{PaperList, ReadList, read_text};
pub use profiles::{ProfileAnswer, ProfileInterest, ProfileList, ProfilePaper, ProfileSummary};
pub use queries::{Query, Ranking, Rankings, read_queries};
pub use question::{FoundPaper, Question, Recency, Seed};
pub use removal::{Removal, Removed};
pub use report::{BatchEntry, Report};
pub use report_request::{ReportAnswer, ReportRequest};
pub use request::{DEFAULT_TOP_K, Pasted, Request};
pub use seen::{SeenList, SeenPaper};
pub use snapshot::Snapshot;
pub use summary::{AddSummary, Skipped, Timings, UnreadFile};
pub use sync::SyncSummary;
pub use text_query::{Expression, Place, TextQuery, WordCondition};
