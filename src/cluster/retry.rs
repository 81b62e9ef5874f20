//! Which failures of the API pass by themselves, and the one way of trying again until they do.
//!
//! The pauses are those of the crate `backon`, which the Kubernetes client uses too.

use std::{fmt::Display, time::Duration};

use backon::{ExponentialBuilder, Retryable as _};
use kube::Error;
use sim_clock::Instant;

/// Pause after the first failure of a request, before chance adds to it.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause, before chance adds to it.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whether a repeated request can succeed: after too many requests, a server error, a broken connection.
pub fn is_retryable(error: &Error) -> bool {
    match error {
        Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        Error::HyperError(_) | Error::Service(_) | Error::ReadEvents(_) => true,
        _ => false,
    }
}

/// Whether the object does not exist.
pub fn is_not_found(error: &Error) -> bool {
    matches!(error, Error::Api(status) if status.code == 404)
}

/// Whether the object exists already, or its resourceVersion or UID differs from the request.
pub fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Api(status) if status.code == 409)
}

/// How often something is tried, and how long after a failure it is tried again: twice as long after each one, plus up to
/// as much again by chance, so that scenarios that failed together do not return together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    first_pause: Duration,
    limit: Limit,
}

#[derive(Debug, Clone, Copy)]
enum Limit {
    Attempts(usize),
    Deadline(Instant),
}

impl Retry {
    /// For requests to the API server.
    const REQUEST: Self = Self::up_to(6, FIRST_PAUSE);

    /// So many attempts in all.
    pub(crate) const fn up_to(attempts: usize, first_pause: Duration) -> Self {
        Self {
            first_pause,
            limit: Limit::Attempts(attempts),
        }
    }

    /// Requests to the API server, of which none begins after the deadline.
    pub(crate) const fn until(deadline: Instant) -> Self {
        Self {
            first_pause: FIRST_PAUSE,
            limit: Limit::Deadline(deadline),
        }
    }

    /// Attempts something until it succeeds, fails in a way that does not pass by itself, or the limit is reached; the last
    /// failure counts.
    pub(crate) async fn run<T, E, F, R>(self, passes: impl Fn(&E) -> bool, attempt: F) -> Result<T, E>
    where
        E: Display,
        F: FnMut() -> R,
        R: Future<Output = Result<T, E>>,
    {
        let backoff = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(self.first_pause)
            .with_max_delay(LONGEST_PAUSE);
        let backoff = match self.limit {
            Limit::Attempts(attempts) => backoff.with_max_times(attempts.saturating_sub(1)),
            Limit::Deadline(_) => backoff.without_max_times(),
        };
        attempt
            .retry(backoff)
            .sleep(pause_for)
            .when(passes)
            .adjust(move |_, pause| match self.limit {
                Limit::Attempts(_) => pause,
                Limit::Deadline(deadline) => pause.filter(|pause| Instant::now() + *pause < deadline),
            })
            .notify(|error, _| tracing::debug!(%error, "trying again"))
            .await
    }
}

/// Makes a request that may safely be repeated, again and again while its failures are [retryable](is_retryable).
pub async fn retrying<T, F, R>(request: F) -> Result<T, Error>
where
    F: FnMut() -> R,
    R: Future<Output = Result<T, Error>>,
{
    Retry::REQUEST.run(is_retryable, request).await
}

/// Real time: servers recover at their own pace, whatever the lab's clock says.
pub(crate) async fn pause_for(pause: Duration) {
    sim_clock::sleep(pause).await;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Debug, PartialEq, thiserror::Error)]
    #[error("attempt {0} failed")]
    struct Failed(u32);

    /// Fails until the attempt of this number.
    async fn attempt(made: &Cell<u32>, successful: u32) -> Result<u32, Failed> {
        made.set(made.get() + 1);
        let number = made.get();
        if number == successful {
            Ok(number)
        } else {
            Err(Failed(number))
        }
    }

    #[tokio::test]
    async fn attempts_end_with_success_a_final_failure_or_their_number() {
        let retry = Retry::up_to(4, Duration::from_millis(1));
        for (successful, last, result) in [(3, 9, Ok(3)), (9, 2, Err(Failed(2))), (9, 9, Err(Failed(4)))] {
            let made = Cell::new(0);
            let passes = |Failed(number): &Failed| *number < last;
            assert_eq!(retry.run(passes, || attempt(&made, successful)).await, result);
        }
    }

    #[tokio::test]
    async fn nothing_is_tried_again_where_the_pause_would_end_after_the_deadline() {
        for (seconds, result) in [(0, Err(Failed(1))), (60, Ok(2))] {
            let made = Cell::new(0);
            let retry = Retry::until(Instant::now() + Duration::from_secs(seconds));
            assert_eq!(retry.run(|_| true, || attempt(&made, 2)).await, result);
        }
    }
}
