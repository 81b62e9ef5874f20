//! A client for code in the server's process. It calls the router directly: requests without HTTP and TLS cost a
//! fraction, which matters to controllers.

use axum::{
    Router,
    http::{HeaderValue, Request, header},
};
use kube::client::Body;
use tower::ServiceExt;

/// Returns a client that calls `router` with the given bearer token.
pub fn client(router: Router, token: &str) -> Result<kube::Client, header::InvalidHeaderValue> {
    let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))?;
    bearer.set_sensitive(true);
    let service = router.map_request(move |mut request: Request<Body>| {
        request.headers_mut().insert(header::AUTHORIZATION, bearer.clone());
        request
    });
    Ok(kube::Client::new(service, "default"))
}
