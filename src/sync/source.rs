//! Where papers come from.

use super::category::Category;

/// One of arXiv's interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// The search interface: papers by when they were submitted.
    Search,
    /// OAI-PMH: papers by when they were added or changed.
    Oai,
}

/// Where papers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Through which interface.
    pub interface: Interface,
    /// Which of them.
    pub category: Category,
}
