//! Makes an index from an older index and from new vectors. Other threads may still read the older index.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::vector_index::DEAD;
use super::{Matrix, Row, VectorIndex};
use crate::Result;

/// A graph is built again if the number of new and removed vectors is greater than the number of its vectors divided by
/// this. New vectors are not in the graph and are searched exactly. Removed vectors are still in the graph and are
/// visited in vain.
const REBUILD_AT_ONE_IN: usize = 8;

impl VectorIndex {
    /// Makes an index of the `live` rows. Takes their vectors from `old` by their versions, so `old` may be the index
    /// of another library. For missing vectors, calls `load` with their keys. `load` passes the vectors to its sink, in
    /// the same order. It is not called if no vector is missing.
    ///
    /// Keeps the graph of `old` as long as it has most of the rows. The rows of the graph then keep their positions,
    /// and the other rows follow. Without a graph, the rows are in the order of `live`.
    ///
    /// The new index shares the graph with `old`, and the matrix if all its rows stay in place. Otherwise it copies
    /// whole runs of rows at the speed of memory.
    ///
    /// # Errors
    /// The errors of `load`.
    ///
    /// # Panics
    /// If `load` passes fewer vectors than it got keys, or vectors of another dimension.
    pub fn refresh(
        old: Option<&Self>,
        live: &[Row],
        dim: usize,
        load: impl FnOnce(&[i64], &mut dyn FnMut(&[f32])) -> Result<()>,
    ) -> Result<Self> {
        let nothing = Self::from_parts(Matrix::new(dim), Vec::new(), None);
        let old = old.filter(|old| old.matrix.dim() == dim).unwrap_or(&nothing);
        let Arrangement { rows, places, keeps_graph } = arrange(old, live);
        let missing: Vec<i64> =
            rows.iter().zip(&places).filter(|(_, place)| place.is_none()).map(|(row, _)| row.key).collect();
        let mut loaded = Matrix::new(dim);
        if !missing.is_empty() {
            load(&missing, &mut |vector| loaded.push(vector))?;
        }
        let runs = runs(&old.matrix, &loaded, &places);
        let matrix = match &runs[..] {
            [(_, run)] if *run == (0..old.end()) && missing.is_empty() => old.matrix.clone(),
            runs => Matrix::from_runs(dim, runs),
        };
        let graph = old.graph.clone().zip(old.graph_params).filter(|_| keeps_graph);
        Ok(Self::from_parts(matrix, rows, graph))
    }
}

/// The rows of a new index.
struct Arrangement {
    rows: Vec<Row>,
    /// For each row, the position of its vector in the old index.
    places: Vec<Option<u32>>,
    /// Whether the first rows are those of the old index's graph.
    keeps_graph: bool,
}

fn arrange(old: &VectorIndex, live: &[Row]) -> Arrangement {
    // Most rows follow the same row as in the old index. So the old position after that of the previous row is tried
    // first.
    let mut next = 0;
    let place = |row: &Row| {
        let is_at = |place: u32| old.rows.get(place as usize) == Some(row);
        let place = if is_at(next) { Some(next) } else { old.position(row.key).filter(|&place| is_at(place)) };
        next = place.map_or(next, |place| place + 1);
        place
    };
    let live_places: Vec<Option<u32>> = live.iter().map(place).collect();
    // Positions in the graph cannot change, so its rows stay, even removed ones.
    let covered = old.graph_len();
    let is_in_graph = |place: &Option<u32>| place.is_some_and(|place| (place as usize) < covered);
    let in_graph = live_places.iter().filter(|place| is_in_graph(place)).count();
    let (dead, outside_graph) = (covered - in_graph, live.len() - in_graph);
    let keeps_graph = (dead + outside_graph) * REBUILD_AT_ONE_IN <= covered;
    let (rows, mut places) = if keeps_graph {
        let mut rows: Vec<Row> = old.rows[..covered].iter().map(|row| Row { key: DEAD, ..*row }).collect();
        let mut places: Vec<Option<u32>> = (0..covered as u32).map(Some).collect();
        for (row, place) in live.iter().zip(live_places) {
            match place.filter(|_| is_in_graph(&place)) {
                Some(place) => rows[place as usize].key = row.key,
                None => {
                    rows.push(*row);
                    places.push(place);
                }
            }
        }
        (rows, places)
    } else {
        (live.to_vec(), live_places)
    };
    find_by_version(old, &rows, &mut places);
    Arrangement { rows, places, keeps_graph }
}

/// Adds the places of vectors that the old index has under other keys.
fn find_by_version(old: &VectorIndex, rows: &[Row], places: &mut [Option<u32>]) {
    let without = || rows.iter().zip(&*places).filter(|(_, place)| place.is_none());
    // The wanted versions are usually few, so these are hashed, and not all rows of the old index.
    let wanted: HashSet<u128> = without().map(|(row, _)| row.version).collect();
    if wanted.is_empty() {
        return;
    }
    let known: HashMap<u128, u32> =
        old.rows.iter().map(|row| row.version).zip(0..).filter(|(version, _)| wanted.contains(version)).collect();
    for (row, place) in rows.iter().zip(places) {
        *place = place.or_else(|| known.get(&row.version).copied());
    }
}

/// Returns the matrix and the range of each run of rows that follow one another. Rows without a place are the loaded
/// rows, in order.
fn runs<'m>(old: &'m Matrix, loaded: &'m Matrix, places: &[Option<u32>]) -> Vec<(&'m Matrix, Range<u32>)> {
    let mut runs: Vec<(&Matrix, Range<u32>)> = Vec::new();
    let mut next_loaded = 0;
    for place in places {
        let (matrix, start) = match *place {
            Some(place) => (old, place),
            None => {
                next_loaded += 1;
                (loaded, next_loaded - 1)
            }
        };
        match runs.last_mut() {
            Some((last, run)) if std::ptr::eq(*last, matrix) && run.end == start => run.end += 1,
            _ => runs.push((matrix, start..start + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hnsw::BuildParams;
    use super::super::vector_index::tests::{refresh, rows, vector};
    use super::*;

    /// The whole content of an index.
    fn contents(index: &VectorIndex) -> (Vec<f32>, Vec<Row>, usize, Vec<Option<u32>>) {
        let positions = (1000..1100).map(|key| index.position(key)).collect();
        (index.matrix.values().to_vec(), index.rows.clone(), index.graph_len(), positions)
    }

    fn with_graph(live: &[Row]) -> VectorIndex {
        let (mut index, _) = refresh(None, live);
        index.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
        index
    }

    #[test]
    fn rows_that_stay_are_shared_and_not_loaded_again() {
        let index = with_graph(&rows(0..80));
        for live in [rows(0..80), rows((0..80).filter(|version| *version != 40))] {
            let (later, loads) = refresh(Some(&index), &live);
            assert_eq!((loads, later.len(), later.graph_len()), (0, live.len(), 80));
            assert_eq!(later.matrix.values().as_ptr(), index.matrix.values().as_ptr());
        }
        let (more, loads) = refresh(Some(&index), &rows(0..83));
        assert_eq!((loads, more.graph_len()), (3, 80));
        assert!(std::sync::Arc::ptr_eq(more.graph.as_ref().unwrap(), index.graph.as_ref().unwrap()));
    }

    #[test]
    fn a_vector_is_reused_under_another_key_but_not_in_another_dimension() {
        let index = with_graph(&rows(0..20));
        let mut renamed = rows(0..20);
        renamed[7].key = 1099;
        let (later, loads) = refresh(Some(&index), &renamed);
        assert_eq!((loads, later.graph_len(), later.position(1007)), (0, 20, None));
        assert_eq!(later.vector(later.position(1099).unwrap()), vector(7).as_slice());
        let other = VectorIndex::refresh(Some(&index), &[], 9, |_, _| unreachable!("nothing is missing"));
        assert_eq!((other.unwrap().dim(), index.dim()), (9, 8));
    }

    proptest! {
        #[test]
        fn the_old_index_does_not_change_and_the_new_one_has_each_vector_under_its_key(
            count in 1i64..60,
            gone in prop::collection::hash_set(0i64..60, 0..6),
            moved in prop::collection::hash_set(0i64..60, 0..4),
            added in 0i64..6,
            graph: bool,
        ) {
            let base = if graph { with_graph(&rows(0..count)) } else { refresh(None, &rows(0..count)).0 };
            let was = contents(&base);
            let stay = (0..count).filter(|version| !gone.contains(version) && !moved.contains(version));
            let moved = (0..count).filter(|version| moved.contains(version) && !gone.contains(version));
            let live = rows(stay.chain(count..count + added).chain(moved));
            let (index, loads) = refresh(Some(&base), &live);
            prop_assert_eq!(contents(&base), was);
            prop_assert_eq!((loads as i64, index.len()), (added, live.len()));
            for row in &live {
                let position = index.position(row.key).unwrap();
                prop_assert_eq!(index.rows[position as usize], *row);
                let expected = vector(row.version as i64);
                prop_assert_eq!(index.vector(position), expected.as_slice());
            }
            if index.graph.is_none() {
                prop_assert_eq!(contents(&index), contents(&refresh(None, &live).0));
            } else {
                let dead = index.rows.iter().filter(|row| row.key == DEAD).count();
                prop_assert_eq!(dead + live.len(), index.rows.len());
                prop_assert_eq!(&index.matrix.values()[..count as usize * 8], base.matrix.values());
            }
        }
    }
}
