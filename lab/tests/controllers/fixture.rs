//! A cluster for each test: API server, definitions, and all controllers but Forklift's.

use std::{fmt::Debug, time::Duration};

use kube::{
    Api, Client, Resource,
    api::{DeleteParams, PostParams},
    runtime::wait::await_condition,
};
use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use mtv_lab::controllers::{self, Context};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sim_clock::{Clock, Speed, World, WorldOptions};
use sim_net::kubernetes_client;
use tokio_util::sync::CancellationToken;

/// Simulated time after which a test gives up.
const DEADLINE: Duration = Duration::from_secs(3600);

/// Runs a test in virtual time.
pub fn in_virtual_time(test: impl Future<Output = ()>) {
    let begin = sim_clock::now();
    let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
    let _network = sim_net::in_memory();
    world.run(test).unwrap();
}

/// What every kind must be to be waited for.
pub trait Object: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Serialize + Send + 'static {}

impl<K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Serialize + Send + 'static> Object for K {}

/// A running cluster; it stops with the test.
pub struct Cluster {
    pub client: Client,
    pub context: Context,
    _server: ApiServer,
    stop: CancellationToken,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Cluster {
    /// Starts one in virtual time.
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_env_filter(filter())
            .try_init();
        let authority = Authority::new("test CA").unwrap();
        let server = ApiServer::start(&authority, Options::default()).await.unwrap();
        let client = kubernetes_client(server.config()).unwrap();
        controllers::install_crds(client.clone()).await.unwrap();
        let stop = CancellationToken::new();
        let context = Context::new(server.client(), Clock::new(Speed::Virtual), stop.clone());
        controllers::core::seed(client.clone()).await.unwrap();
        let cluster = context.clone();
        tokio::spawn(async move {
            let ended = tokio::try_join!(
                controllers::core::run(context.clone()),
                controllers::cdi::run(context.clone()),
                controllers::kubevirt::run(context.clone()),
                controllers::openshift::run(context),
            );
            ended.unwrap();
        });
        Self {
            client,
            context: cluster,
            _server: server,
            stop,
        }
    }

    /// Objects in the namespace `default`.
    pub fn api<K: Object + Resource<Scope = kube::core::NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), "default")
    }

    /// Creates an object in the namespace `default`.
    pub async fn create<K: Object + Resource<Scope = kube::core::NamespaceResourceScope>>(&self, object: Value) -> K {
        let object: K = serde_json::from_value(object).unwrap();
        self.api().create(&PostParams::default(), &object).await.unwrap()
    }

    /// Waits until the object is as it should be.
    pub async fn until<K>(&self, name: &str, what: &str, holds: impl Fn(&K) -> bool) -> K
    where
        K: Object + Resource<Scope = kube::core::NamespaceResourceScope>,
    {
        until(self.api(), name, what, holds).await
    }

    /// Waits until there is no such object.
    pub async fn until_gone<K: Object + Resource<Scope = kube::core::NamespaceResourceScope>>(&self, name: &str) {
        let gone = await_condition(self.api::<K>(), name, |object: Option<&K>| object.is_none());
        match sim_clock::timeout(DEADLINE, gone).await {
            Ok(outcome) => drop(outcome.unwrap()),
            Err(_) => panic!(
                "'{name}' is still there: {:#}",
                json!(self.api::<K>().get_opt(name).await.unwrap())
            ),
        }
    }

    /// Deletes the object and waits until it is gone.
    pub async fn delete<K: Object + Resource<Scope = kube::core::NamespaceResourceScope>>(&self, name: &str) {
        self.api::<K>().delete(name, &DeleteParams::default()).await.unwrap();
        self.until_gone::<K>(name).await;
    }
}

/// Waits until an object is as it should be.
pub async fn until<K: Object>(api: Api<K>, name: &str, what: &str, holds: impl Fn(&K) -> bool) -> K {
    let reached = await_condition(api.clone(), name, |object: Option<&K>| object.is_some_and(&holds));
    match sim_clock::timeout(DEADLINE, reached).await {
        Ok(outcome) => outcome.unwrap().unwrap(),
        Err(_) => panic!("'{name}' is not {what}: {:#}", json!(api.get_opt(name).await.unwrap())),
    }
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "mtv_lab=info".into())
}
