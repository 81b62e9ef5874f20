//! The webhook server `forklift-api`, which the API server calls.

use axum::{Json, Router, extract::State, routing::post};
use kube::Client;
use serde_json::Value;

use super::{
    migration, plan, provider, secret,
    verdict::{Review, answer},
};

/// Creates the routes of all webhooks.
pub fn router(client: Client) -> Router {
    Router::new()
        .route("/plan-validate", post(validate_plan))
        .route("/plan-mutate", post(complete_plan))
        .route("/provider-validate", post(validate_provider))
        .route("/provider-mutate", post(complete_provider))
        .route("/migration-validate", post(validate_migration))
        .route("/secret-validate", post(validate_secret))
        .route("/secret-mutate", post(complete_secret))
        .with_state(client)
}

async fn validate_plan(State(client): State<Client>, Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, plan::validate(&client, &request).await))
}

async fn complete_plan(Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, Ok(plan::complete(&request))))
}

async fn validate_provider(Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, provider::validate(&request)))
}

async fn complete_provider(Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, Ok(provider::complete(&request))))
}

async fn validate_migration(State(client): State<Client>, Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, migration::validate(&client, &request).await))
}

async fn validate_secret(Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, secret::validate(&request).await))
}

async fn complete_secret(Json(Review { request }): Json<Review>) -> Json<Value> {
    Json(answer(&request.uid, Ok(secret::complete(&request))))
}
