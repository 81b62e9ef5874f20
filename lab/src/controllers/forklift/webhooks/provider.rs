//! Admission of Providers by their type (`admitters/provider-admitter.go`, `mutators/provider-mutator.go`).

use super::verdict::{Changes, Denial, Request};
use crate::controllers::forklift::adapter::{Platform, for_provider};

/// Validates a Provider.
pub fn validate(request: &Request) -> Result<Changes, Denial> {
    match platform(request) {
        Some(platform) => platform.admit(&request.object["spec"]).map(|()| Vec::new()),
        None => Ok(Vec::new()),
    }
}

/// Sets defaults of a Provider.
pub fn complete(request: &Request) -> Changes {
    let platform = platform(request);
    platform.map_or_else(Vec::new, |platform| platform.complete(&request.object["spec"]))
}

fn platform(request: &Request) -> Option<&'static dyn Platform> {
    for_provider(request.object["spec"]["type"].as_str()?)
}
