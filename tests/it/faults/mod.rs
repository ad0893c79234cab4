//! What is left when the disk fails, is full, or the process is killed at a chosen operation. `benches/faults.rs` tries
//! every operation; this tries some of them.

#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod verbs;
#[cfg(unix)]
mod vfs;

#[cfg(unix)]
mod tests {
    use relata::engine::ModelChoice;

    use super::kills::kill;
    use super::verbs::{FAULTS, Fault, Scene, Tally, VERBS, measure, try_fault, try_fault_of_repair};
    use super::vfs;
    use crate::embedding::random_model;

    /// Operations of each command and each kind of fault.
    const TRIED: usize = 6;

    fn scene(folder: &tempfile::TempDir) -> Scene {
        vfs::install();
        let model = folder.path().join("model");
        std::fs::create_dir(&model).unwrap();
        random_model(&model, (48, 3, 100, 1), "gelu", "pooling_mode_mean_tokens");
        Scene::new(folder.path(), Some(ModelChoice::Folder(model)))
    }

    #[test]
    fn a_fault_at_any_operation_loses_nothing_and_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let scene = scene(&folder);
        let mut all = Tally::default();
        for (place, verb) in VERBS.into_iter().enumerate() {
            let (operations, after) = measure(&scene, verb);
            assert!(operations > 10, "{}: only {operations} operations are counted", verb.0);
            for (turn, fault) in FAULTS.into_iter().enumerate() {
                for step in 0..TRIED {
                    // Other operations for each command and fault.
                    let at = (step * operations + (place + turn) * operations / 5) / TRIED % operations;
                    try_fault(&scene, verb, (fault, at), &after, &mut all);
                }
            }
        }
        assert_eq!(all.tried, VERBS.len() * FAULTS.len() * TRIED);
        assert!(all.reported > all.tried / 4 && all.succeeded > 0, "{all:?}");
    }

    #[test]
    fn a_kill_at_any_moment_leaves_all_of_a_change_or_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let all = kill(&scene(&folder), 34);
        assert!(all.reported >= 10, "only {} commands were killed while they ran", all.reported);
    }

    #[test]
    fn a_repair_that_fails_leaves_the_damaged_database_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let scene = scene(&folder);
        let mut all = Tally::default();
        for at in (3..).step_by(37) {
            let fault = if at % 2 == 0 { Fault::Error } else { Fault::Killed };
            if !try_fault_of_repair(&scene, (fault, at), &mut all) {
                break;
            }
        }
        assert!(all.reported > 3, "{all:?}");
    }
}
