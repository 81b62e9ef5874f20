//! A new API server with Forklift's CRDs, and a connection to it.

use std::{fs, path::PathBuf};

use forklift_api::forklift::{ObjectRef, Provider, ProviderSpec};
use k8s_openapi::{
    api::core::v1::Namespace, apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api,
    api::{ObjectMeta, Patch, PatchParams, PostParams},
};
use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use mtv_bdd::{
    cluster::Cluster,
    journal::{FORMAT, Header, Journal, Scope},
    run::{Reach, RunId, ScenarioKey},
    settings::{self, Layers, Profile, Settings},
};
use serde_json::{Value, json};
use sim_clock::{World, WorldOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub const NAMESPACE: &str = "auto-ab12";

/// Runs a test that waits in virtual time, with the connection to its API server inside the process.
pub fn in_virtual_time(test: impl Future<Output = ()>) {
    let begin = sim_clock::now();
    let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
    let _network = sim_net::in_memory();
    world.run(test).unwrap();
}

pub struct Stage {
    pub cluster: Cluster,
    pub settings: Settings,
    pub scope: Scope,
    pub cancel: CancellationToken,
    pub folder: TempDir,
    _server: ApiServer,
}

impl Stage {
    /// Starts the server and creates the CRDs and the run's namespace.
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = Authority::new("test CA").unwrap();
        let server = ApiServer::start(&authority, Options::default()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cancel = CancellationToken::new();
        let settings = settings(&folder, &server, &authority, &[]).unwrap();
        let cluster = Cluster::connect(&settings, cancel.clone()).await.unwrap();
        install(&cluster).await;
        let header = Header {
            format: FORMAT,
            run: RunId::from("auto-ab12"),
            server: cluster.server().to_owned(),
            target: "test".to_owned(),
            reach: Reach::default(),
        };
        let scope = Scope {
            journal: Journal::create(&folder.path().join("journal.ndjson"), header).unwrap(),
            run: RunId::from("auto-ab12"),
            scenario: Some(ScenarioKey("cold/smoke".to_owned())),
        };
        Self {
            cluster,
            settings,
            scope,
            cancel,
            folder,
            _server: server,
        }
    }

    pub fn providers(&self) -> Api<Provider> {
        Api::namespaced(self.cluster.client.clone(), NAMESPACE)
    }

    /// The scope of the objects that all scenarios of the run share.
    pub fn run_scope(&self) -> Scope {
        Scope {
            scenario: None,
            ..self.scope.clone()
        }
    }

    /// Creates a Provider that the suite does not track.
    pub async fn foreign(&self, name: &str) -> Provider {
        self.providers()
            .create(&PostParams::default(), &provider(name))
            .await
            .unwrap()
    }

    /// Sets conditions of a Provider as Forklift would.
    pub async fn conditions(&self, name: &str, conditions: Value) {
        set_status(&self.providers(), name, json!({ "conditions": conditions })).await;
    }
}

pub async fn set_status<K>(api: &Api<K>, name: &str, status: Value)
where
    K: Clone + serde::de::DeserializeOwned + std::fmt::Debug,
{
    let patch = Patch::Merge(json!({ "status": status }));
    api.patch_status(name, &PatchParams::default(), &patch).await.unwrap();
}

pub fn condition(type_: &str, status: &str, category: &str, message: &str) -> Value {
    json!({
        "type": type_, "status": status, "category": category, "reason": "Tested", "message": message,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    })
}

pub fn provider(name: &str) -> Provider {
    Provider {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        spec: ProviderSpec {
            type_: "openshift".to_owned(),
            url: Some(String::new()),
            secret: ObjectRef::default(),
            settings: None,
        },
        status: None,
    }
}

/// Settings whose kubeconfig connects to `server`; each of `changes` is a line of the profile.
pub fn settings(
    folder: &TempDir,
    server: &ApiServer,
    authority: &Authority,
    changes: &[(&str, &str)],
) -> Result<Settings, settings::Mistakes> {
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{ "name": "test", "cluster": {
            "server": server.url(),
            "certificate-authority-data": base64(&authority.pem()),
        } }],
        "users": [{ "name": "test", "user": { "token": server.token() } }],
        "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
    });
    fs::write(folder.path().join("kubeconfig"), kubeconfig.to_string()).unwrap();
    let profile = folder.path().join("settings.toml");
    fs::write(
        &profile,
        "[target]\nname = \"test\"\nsimulated = true\nkubeconfig = \"kubeconfig\"\n",
    )
    .unwrap();
    let command_line = changes
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    settings::load(&Layers {
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        profile: Profile::File(profile),
        environment: Vec::new(),
        command_line: command_line.collect(),
    })
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Creates the CRDs, and the run's namespace for the objects of the tests.
async fn install(cluster: &Cluster) {
    let definitions: Api<CustomResourceDefinition> = Api::all(cluster.client.clone());
    for definition in forklift_api::all_crds() {
        definitions.create(&PostParams::default(), &definition).await.unwrap();
    }
    let namespace = Namespace {
        metadata: ObjectMeta {
            name: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    };
    let namespaces: Api<Namespace> = Api::all(cluster.client.clone());
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
}
