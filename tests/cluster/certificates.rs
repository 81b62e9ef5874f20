//! Connections to a cluster whose certificate is not signed by a known authority.

use std::path::PathBuf;

use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use mtv_bdd::{
    cluster::{Cluster, Error},
    settings::{self, Layers, Profile},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn an_unknown_certificate_is_refused_unless_the_settings_allow_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = ApiServer::start(&Authority::new("test CA").unwrap(), Options::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{ "name": "test", "cluster": { "server": server.url() } }],
        "users": [{ "name": "test", "user": { "token": server.token() } }],
        "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
    });
    std::fs::write(folder.path().join("kubeconfig"), kubeconfig.to_string()).unwrap();
    let profile = folder.path().join("settings.toml");
    let connect = async |skip: bool| {
        let text = format!("[target]\nsimulated = true\nkubeconfig = \"kubeconfig\"\ninsecure_skip_verify = {skip}\n");
        std::fs::write(&profile, text).unwrap();
        let settings = settings::load(&Layers {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            profile: Profile::File(profile.clone()),
            environment: Vec::new(),
            command_line: Vec::new(),
        });
        Cluster::connect(&settings.unwrap(), CancellationToken::new()).await
    };
    let refused = connect(false).await.unwrap_err();
    assert!(matches!(refused, Error::Untrusted { .. }), "{refused:?}");
    connect(true).await.unwrap();
}
