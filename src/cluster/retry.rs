//! Which failures of the API pass by themselves, and trying again until they do.

use std::time::Duration;

use kube::Error;

/// How often a request is made in all before its failure counts.
const ATTEMPTS: u32 = 6;
/// Pause after the first failure; doubled after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Whether the failure says nothing about the request: too many requests, a server error, a broken connection.
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

/// Whether the object exists already, or is not as the request says.
pub fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Api(status) if status.code == 409)
}

/// Makes a request that may safely be repeated, again and again while its failures are [retryable](is_retryable).
pub async fn retrying<T, F, R>(mut request: F) -> Result<T, Error>
where
    F: FnMut() -> R,
    R: Future<Output = Result<T, Error>>,
{
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match request().await {
            Err(error) if is_retryable(&error) => tracing::debug!(%error, "trying again"),
            result => return result,
        }
        pause_for(pause).await;
        pause *= 2;
    }
    request().await
}

/// Real time: servers recover at their own pace, whatever the lab's clock says.
pub(crate) async fn pause_for(pause: Duration) {
    tokio::time::sleep(pause).await;
}
