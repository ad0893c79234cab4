//! How a command ended.

/// How a command ended, short of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1.
    NothingFound,
}

impl Outcome {
    /// [`Done`](Self::Done) if something was found.
    pub(super) fn found(found: bool) -> Self {
        if found { Self::Done } else { Self::NothingFound }
    }
}
