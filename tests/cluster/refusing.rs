//! A client whose list requests for one kind are answered with an error status.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Method, Request, Response};
use kube::{Client, client::Body};
use serde_json::json;

/// Number of list requests for the kind so far.
#[derive(Debug, Clone, Default)]
pub struct Lists(Arc<AtomicUsize>);

impl Lists {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// `client`, except that the list requests for `plural` with an index in `which`, from 0, are answered with `code`.
pub fn refusing(client: Client, plural: &'static str, code: u16, which: Range<usize>) -> (Client, Lists) {
    let lists = Lists::default();
    let counted = lists.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (client, counted, which) = (client.clone(), counted.clone(), which.clone());
        async move {
            let is_list = request.method() == Method::GET && request.uri().path().ends_with(&format!("/{plural}"));
            if is_list && which.contains(&counted.0.fetch_add(1, Ordering::SeqCst)) {
                return answer(code).map_err(tower::BoxError::from);
            }
            client.send(request).await.map_err(tower::BoxError::from)
        }
    });
    (Client::new(service, "default"), lists)
}

fn answer(code: u16) -> Result<Response<Body>, http::Error> {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": "Tested", "message": "it is told so",
    });
    Response::builder()
        .status(code)
        .header("content-type", "application/json")
        .body(Body::from(status.to_string().into_bytes()))
}
