//! The clock, and the time to wait between requests.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// A clock. Tests use a clock that does not really wait.
pub trait Clock {
    /// The present time.
    fn now(&self) -> Timestamp;
    /// Waits.
    fn sleep(&self, duration: Duration);
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Returns the time between two moments, or zero if `to` is earlier than `from`.
pub(super) fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or(Duration::ZERO)
}

/// Reads `Retry-After` ([RFC 9110, 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)): seconds, or a date.
pub(super) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    http_date(header).map(|date| elapsed(now, date))
}

/// Reads a date in HTTP's preferred form, `Sun, 06 Nov 1994 08:49:37 GMT`. Servers use no other form.
pub(super) fn http_date(header: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(header.trim()).ok()
}

/// Returns the time to wait after a number of consecutive failures, 1 or more. The first wait is twice the pause
/// between requests. The wait doubles each time, up to 40 times the pause (two minutes).
pub(super) fn back_off(pause: Duration, failures: u32) -> Duration {
    pause.saturating_mul(2u32.saturating_pow(failures).min(40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: Timestamp = "1994-11-06T08:49:07Z".parse().unwrap();
        for (header, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-3", None),
            ("", None),
        ] {
            assert_eq!(retry_after(header, now), seconds.map(Duration::from_secs), "{header:?}");
        }
    }

    #[test]
    fn waits_double_up_to_two_minutes() {
        let pause = Duration::from_secs(3);
        assert_eq!([1, 2, 3, 4, 5, 6, 99].map(|n| back_off(pause, n).as_secs()), [6, 12, 24, 48, 96, 120, 120]);
        let (early, late) = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-11-01T00:00:05Z".parse().unwrap());
        assert_eq!((elapsed(early, late).as_secs(), elapsed(late, early).as_secs()), (5, 0));
    }
}
