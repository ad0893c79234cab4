//! Kills of the program at random moments of every command that writes.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::verbs::{Scene, Tally};

/// The commands that write, as a user types them. The files are those of [`Scene`].
const COMMANDS: [&str; 17] = [
    "add new.jsonl", "add changed.jsonl", "add joining.jsonl", "remove walk1", "remove --undo",
    "duplicates --split fold1", "duplicates --join lang1 lang2", "duplicates --undo", "like lang1 --profile me",
    "dislike fold1 --profile you", "forget walk2 --profile me", "profile rename me us", "profile remove me",
    "profile remove --undo", "seen lang2", "backup library/backup.db", "restore earlier.db",
];

/// A generator of random numbers with a fixed seed, so that a failure can be repeated.
pub struct Random(pub u64);

impl Random {
    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }
}

/// Kills commands at random moments, and checks that the library is sound, has nothing by halves, and can be used
/// again.
pub fn kill(scene: &Scene, kills: usize) -> Tally {
    let mut random = Random(1);
    let mut tally = Tally::default();
    let mut times: BTreeMap<&str, Duration> = BTreeMap::new();
    for attempt in 0..kills {
        let command = COMMANDS[attempt % COMMANDS.len()];
        let folder = tempfile::tempdir().unwrap();
        let copy = scene.copied(folder.path());
        let before = copy.contents();
        let run = |copy: &Scene| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_relata"));
            program.args(command.split(' ')).current_dir(copy.library().parent().unwrap());
            program.env("RELATA_LIBRARY", copy.library()).env("RELATA_PRECISION", "f32");
            program.env_remove("RELATA_MODEL").args(copy.model_arguments());
            program.stdout(Stdio::null()).stderr(Stdio::null());
            program.spawn().unwrap()
        };
        let whole = *times.entry(command).or_insert_with(|| {
            let folder = tempfile::tempdir().unwrap();
            let started = Instant::now();
            assert!(run(&scene.copied(folder.path())).wait().unwrap().success(), "{command}");
            started.elapsed()
        });
        let mut program = run(&copy);
        std::thread::sleep(whole.mul_f64(random.below(1000) as f64 / 1000.0));
        program.kill().unwrap();
        let was_killed = program.wait().unwrap().code().is_none();
        tally.tried += 1;
        if was_killed {
            tally.reported += 1
        } else {
            tally.succeeded += 1
        }
        copy.assert_sound(&format!("{command}, kill {attempt}"));
        let now = copy.contents();
        let again = run(&copy).wait().unwrap().success();
        assert!(again || now != before, "{command}, kill {attempt}: it cannot be run again");
        copy.assert_sound(&format!("{command}, kill {attempt}, again"));
    }
    tally
}
