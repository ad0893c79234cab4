//! Papers that nothing in the batch is close to.

use super::{Batch, Orphan};

/// The loneliest first, of equals by place. A paper that is the whole batch is not lonely.
pub(super) fn orphans(batch: &Batch) -> Vec<Orphan> {
    let nearest = batch.nearest.iter().enumerate();
    let nearest = nearest.filter_map(|(paper, nearest)| Some((paper, nearest.first()?.similarity)));
    let mut orphans: Vec<Orphan> = nearest
        .filter(|(_, similarity)| !batch.is_close(*similarity))
        .map(|(paper, similarity)| Orphan { paper, similarity })
        .collect();
    orphans.sort_by(|a, b| a.similarity.total_cmp(&b.similarity).then(a.paper.cmp(&b.paper)));
    orphans
}
