//! Turns panics of other crates into errors. Damaged or hostile files make some crates panic.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which calls another crate. A panic in it becomes an error and prints nothing. After an error, the values
/// that `work` changed must not be used again.
pub(crate) fn guarded<T, E: Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                print(panic);
            }
        }));
    });
    let was_guarded = IS_GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    match outcome {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            Err(text.unwrap_or("it contradicts itself").to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_text() {
        let none: [u32; 0] = [];
        let place = std::hint::black_box(3);
        assert_eq!(
            guarded(|| Ok::<u32, String>(none[place])).unwrap_err(),
            "index out of bounds: the len is 0 but the index is 3"
        );
        assert_eq!(guarded(|| Err::<(), &str>("no")).unwrap_err(), "no");
        assert_eq!(guarded(|| Ok::<u32, String>(1)), Ok(1));
    }
}
