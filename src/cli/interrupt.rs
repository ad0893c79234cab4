//! Handles Ctrl-C: the program stops cleanly, or prints a message and ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;

/// Time between two checks for a signal.
const TICK: Duration = Duration::from_millis(50);

/// Returns a flag that becomes true at the first Ctrl-C or SIGTERM. A second signal ends the program at once, without
/// damage to the library.
pub(super) fn stop_on_signals() -> std::io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Registered before the handler that sets the flag, so that only the second signal ends the program.
        signal_hook::flag::register_conditional_default(signal, stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    Ok(stop)
}

/// While this value exists, Ctrl-C prints a message and ends the program. Afterwards, Ctrl-C ends the program as usual.
///
/// A process must have at most one such value. Its signal handlers are never removed, because signals without a handler
/// of this program would be ignored.
pub(super) struct Interruption {
    is_over: Arc<AtomicBool>,
}

impl Interruption {
    /// Prints `message` on Ctrl-C.
    pub(super) fn printing(message: &'static str) -> anyhow::Result<Self> {
        stop_on_signals().context("cannot listen for Ctrl-C")?;
        let is_over = Arc::new(AtomicBool::new(false));
        let received = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register_conditional_default(signal, is_over.clone())?;
            signal_hook::flag::register_usize(signal, received.clone(), signal.unsigned_abs() as usize)?;
        }
        let has_ended = is_over.clone();
        std::thread::spawn(move || {
            while !has_ended.load(Ordering::SeqCst) {
                let signal = received.load(Ordering::SeqCst);
                if signal != 0 {
                    eprintln!("\nrelata: interrupted: {message}");
                    // Ends the program as the signal does by default, so that whoever sent it sees that.
                    let _ = emulate_default_handler(signal as i32);
                }
                std::thread::sleep(TICK);
            }
        });
        Ok(Self { is_over })
    }
}

impl Drop for Interruption {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Set in the process that gets the signal.
    const RAISES: &str = "RELATA_TEST_RAISES";

    #[test]
    fn a_signal_after_an_interruption_ends_the_program_as_usual() {
        use std::os::unix::process::ExitStatusExt;
        if std::env::var_os(RAISES).is_some() {
            drop(Interruption::printing("interrupted").unwrap());
            signal_hook::low_level::raise(SIGINT).unwrap();
            return;
        }
        // This test again, in a process of its own.
        let test = "cli::interrupt::tests::a_signal_after_an_interruption_ends_the_program_as_usual";
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        let ran = program.args(["--exact", test]).env(RAISES, "1").output().unwrap();
        assert_eq!(ran.status.signal(), Some(SIGINT), "{ran:?}");
    }
}
