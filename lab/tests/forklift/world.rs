//! A lab for each test: API server, all controllers, a vCenter.

use std::{fmt::Debug, sync::Arc, time::Duration};

use forklift_api::forklift::{Conditions, Migration, NetworkMap, Plan, Provider, StorageMap};
use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::{
    Api, Client, Resource, ResourceExt, api::PostParams, core::NamespaceResourceScope, runtime::wait::await_condition,
};
use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use mtv_lab::{
    controllers::{self, Context, forklift},
    injection::{Defect, DefectName, DefectSpec},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sim_clock::{Clock, Speed, WorldOptions};
use sim_net::kubernetes_client;
use source_sim::vsphere::{self, Vcenter};
use tokio_util::sync::CancellationToken;
use vim25::MoRef;

/// Simulated time after which a test gives up.
const DEADLINE: Duration = Duration::from_secs(2 * 60 * 60);
/// Simulated time between two looks at what cannot be watched, and after how many of them a test gives up.
const LOOK: (Duration, usize) = (Duration::from_secs(3), 400);
/// Speed of labs outside of virtual time.
const SCALED: Speed = Speed::Factor(120.0);

/// Where the tests' objects are.
pub const NAMESPACE: &str = "openshift-mtv";
/// Where the VMs go.
pub const TARGET: &str = "target";

pub trait Object:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Serialize
    + Send
    + Sync
    + 'static
{
}

impl<K> Object for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + DeserializeOwned
        + Serialize
        + Send
        + Sync
        + 'static
{
}

/// Runs a test in virtual time, with the connections of its lab inside the process.
pub fn in_virtual_time<T>(test: impl Future<Output = T>) -> T {
    let begin = sim_clock::now();
    let world = sim_clock::World::begin(WorldOptions { seed: 1, begin }).unwrap();
    let _network = sim_net::in_memory();
    world.run(test).unwrap()
}

/// A running lab; it stops with the test.
pub struct World {
    pub client: Client,
    pub authority: Arc<Authority>,
    pub vcenter: Vcenter,
    pub token: String,
    clock: Clock,
    _server: ApiServer,
    stop: CancellationToken,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    /// Starts one: in virtual time, or over HTTPS on loopback in scaled time, as the test runs.
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .try_init();
        let clock = Clock::new(if sim_clock::is_virtual() {
            Speed::Virtual
        } else {
            SCALED
        });
        let authority = Arc::new(Authority::new("test CA").unwrap());
        let server = ApiServer::start(&authority, Options::default()).await.unwrap();
        let client = kubernetes_client(server.config()).unwrap();
        controllers::install_crds(client.clone()).await.unwrap();
        let stop = CancellationToken::new();
        let context = Context::new(server.client(), clock, stop.clone());
        controllers::core::seed(client.clone()).await.unwrap();
        let options = forklift::Options::new(authority.clone());
        tokio::spawn(async move {
            let ended = tokio::try_join!(
                controllers::core::run(context.clone()),
                controllers::cdi::run(context.clone()),
                controllers::kubevirt::run(context.clone()),
                controllers::openshift::run(context.clone()),
                forklift::run(context, options),
            );
            ended.unwrap();
        });
        let vcenter = Vcenter::start(&authority, clock, vsphere::Options::default())
            .await
            .unwrap();
        let token = server.token().to_owned();
        Self {
            client,
            authority,
            vcenter,
            token,
            clock,
            _server: server,
            stop,
        }
    }

    pub fn api<K: Object>(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }

    pub async fn create<K: Object>(&self, namespace: &str, object: Value) -> K {
        let object: K = serde_json::from_value(object).unwrap();
        self.api(namespace)
            .create(&PostParams::default(), &object)
            .await
            .unwrap()
    }

    /// Waits until the object is as wanted, and says how it is if it never gets so.
    pub async fn until<K: Object>(&self, namespace: &str, name: &str, wanted: impl Fn(&K) -> bool + Send) -> K {
        let api = self.api::<K>(namespace);
        let condition = |object: Option<&K>| object.is_some_and(&wanted);
        let limit = self.clock.unstated(DEADLINE);
        match sim_clock::timeout(limit, await_condition(api.clone(), name, condition)).await {
            Ok(found) => found.unwrap().unwrap(),
            Err(_) => {
                let last = api.get_opt(name).await.unwrap();
                let json = serde_json::to_string_pretty(&last).unwrap();
                panic!("{} '{name}' never got as wanted; at last it was {json}", K::kind(&()));
            }
        }
    }

    /// A Provider of the lab's vCenter, with its Secret.
    pub async fn provider(&self, name: &str, secret: Value, settings: Value) {
        self.create::<Secret>(NAMESPACE, json!({"metadata": {"name": name}, "stringData": secret}))
            .await;
        self.create::<Provider>(
            NAMESPACE,
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "Provider",
                "metadata": {"name": name},
                "spec": {
                    "type": "vsphere",
                    "url": self.vcenter.url(),
                    "secret": {"name": name, "namespace": NAMESPACE},
                    "settings": settings,
                },
            }),
        )
        .await;
    }

    /// The Provider `vcenter`, ready, with a VDDK image.
    pub async fn ready_provider(&self) -> Provider {
        let secret = json!({
            "user": self.vcenter.user(),
            "password": self.vcenter.password(),
            "insecureSkipVerify": "true",
        });
        let settings = json!({"sdkEndpoint": "vcenter", "vddkInitImage": "registry.example/vddk:8"});
        self.provider("vcenter", secret, settings).await;
        self.until::<Provider>(NAMESPACE, "host", |provider| provider.status.is_true("Ready"))
            .await;
        self.until(NAMESPACE, "vcenter", |provider: &Provider| {
            provider.status.is_true("Ready")
        })
        .await
    }

    /// Ready maps of both datastores and all networks: `VM Network` to the pods', the others ignored.
    pub async fn ready_maps(&self, name: &str) {
        let (pod, ignored) = (json!({"type": "pod"}), json!({"type": "ignored"}));
        self.maps(name, "lab-block", [pod, ignored.clone(), ignored]).await;
    }

    /// Ready maps: both datastores to a storage class, and what becomes of `VM Network`, `VM Test Network`, `cnv-test`.
    pub async fn maps(&self, name: &str, class: &str, [vm, test, cnv]: [Value; 3]) {
        let pair = json!({
            "source": {"name": "vcenter", "namespace": NAMESPACE},
            "destination": {"name": "host", "namespace": NAMESPACE},
        });
        self.create::<StorageMap>(
            NAMESPACE,
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "StorageMap",
                "metadata": {"name": name},
                "spec": {"provider": pair, "map": [
                    {"source": {"name": "LocalDS_0"}, "destination": {"storageClass": class}},
                    {"source": {"name": "LocalDS_1"}, "destination": {"storageClass": class}},
                ]},
            }),
        )
        .await;
        self.create::<NetworkMap>(
            NAMESPACE,
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "NetworkMap",
                "metadata": {"name": name},
                "spec": {"provider": pair, "map": [
                    {"source": {"name": "VM Network"}, "destination": vm},
                    {"source": {"name": "VM Test Network"}, "destination": test},
                    {"source": {"name": "cnv-test"}, "destination": cnv},
                ]},
            }),
        )
        .await;
        self.until(NAMESPACE, name, |map: &StorageMap| map.status.is_true("Ready"))
            .await;
        self.until(NAMESPACE, name, |map: &NetworkMap| map.status.is_true("Ready"))
            .await;
    }

    pub async fn target_namespace(&self) {
        let namespace: Namespace = serde_json::from_value(json!({"metadata": {"name": TARGET}})).unwrap();
        let all = Api::all(self.client.clone());
        all.create(&PostParams::default(), &namespace).await.unwrap();
    }

    pub async fn plan(&self, name: &str, vms: &[&str]) {
        let vms: Vec<Value> = vms.iter().map(|vm| json!({"name": vm})).collect();
        self.plan_with(name, json!({"vms": vms})).await;
    }

    pub async fn plan_of(&self, name: &str, vms: Value) {
        self.plan_with(name, json!({"vms": vms})).await;
    }

    /// A plan that says this, too.
    pub async fn plan_with(&self, name: &str, says: Value) {
        let mut spec = json!({
            "targetNamespace": TARGET,
            "provider": {
                "source": {"name": "vcenter", "namespace": NAMESPACE},
                "destination": {"name": "host", "namespace": NAMESPACE},
            },
            "map": {
                "network": {"name": name, "namespace": NAMESPACE},
                "storage": {"name": name, "namespace": NAMESPACE},
            },
            "preserveStaticIPs": false,
        });
        for (key, value) in says.as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        let plan = json!({
            "apiVersion": "forklift.konveyor.io/v1beta1", "kind": "Plan", "metadata": {"name": name}, "spec": spec,
        });
        self.create::<Plan>(NAMESPACE, plan).await;
    }

    pub async fn migrate(&self, plan: &str, name: &str) {
        self.create::<Migration>(
            NAMESPACE,
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "Migration",
                "metadata": {"name": name},
                "spec": {"plan": {"name": plan, "namespace": NAMESPACE}},
            }),
        )
        .await;
    }

    /// Provider, maps and a ready plan.
    pub async fn ready_plan(&self, name: &str, vms: &[&str]) -> Plan {
        self.ready_provider().await;
        self.ready_maps(name).await;
        self.target_namespace().await;
        self.plan(name, vms).await;
        self.until(NAMESPACE, name, |plan: &Plan| plan.status.is_true("Ready"))
            .await
    }

    pub async fn defect(&self, name: DefectName) {
        let spec = DefectSpec { name, vm: None };
        let defects: Api<Defect> = Api::all(self.client.clone());
        defects
            .create(&PostParams::default(), &Defect::new("defect", spec))
            .await
            .unwrap();
    }

    /// A session with the vCenter.
    pub async fn session(&self) -> vim25::Client {
        vim25::Client::connect(vim25::Options {
            url: self.vcenter.url(),
            user: self.vcenter.user().into(),
            password: self.vcenter.password().into(),
            trust: vim25::Trust::Ca(self.authority.pem()),
        })
        .await
        .unwrap()
    }

    /// A VM of the vCenter by name.
    pub async fn vm(&self, client: &vim25::Client, name: &str) -> MoRef {
        let vms = client.list("VirtualMachine", &["name"]).await.unwrap();
        vms.into_iter().find(|vm| vm.name() == name).unwrap().moref
    }

    /// Starts a source VM, and returns when its VMware Tools run: plans of one that still boots have an issue.
    pub async fn power_on(&self, name: &str) {
        let client = self.session().await;
        let vm = self.vm(&client, name).await;
        client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap();
        let tools = "guest.toolsRunningStatus";
        let is_up = async || client.get(&vm, &[tools]).await.unwrap().str_at(tools) == Some("guestToolsRunning");
        self.becomes(&format!("the guest of '{name}' runs"), is_up).await;
        client.logout().await.unwrap();
    }

    pub async fn power_state(&self, name: &str) -> String {
        let client = self.session().await;
        let vm = self.vm(&client, name).await;
        let object = client.get(&vm, &["runtime.powerState"]).await.unwrap();
        object.str_at("runtime.powerState").unwrap().to_owned()
    }

    /// Lets simulated time pass.
    pub async fn sleep(&self, simulated: Duration) {
        self.clock.wait(simulated).await;
    }

    /// Looks again and again until it is so.
    pub async fn becomes(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let (interval, count) = LOOK;
        for _ in 0..count {
            if is_so().await {
                return;
            }
            self.sleep(interval).await;
        }
        panic!("it never came to be that {what}");
    }

    /// Waits until there is no object of this kind.
    pub async fn none_left<K: Object>(&self, namespace: &str) {
        let what = format!("there are no {}", K::plural(&()));
        self.becomes(&what, async || self.names::<K>(namespace).await.is_empty())
            .await;
    }

    /// The names of all objects of a kind.
    pub async fn names<K: Object>(&self, namespace: &str) -> Vec<String> {
        let list = self.api::<K>(namespace).list(&Default::default()).await.unwrap();
        list.items.iter().map(ResourceExt::name_any).collect()
    }
}

/// Types and messages of conditions.
pub fn conditions(status: &impl Conditions) -> Vec<(String, String)> {
    let conditions = status.conditions().iter();
    conditions
        .map(|condition| (condition.type_.clone(), condition.message.clone().unwrap_or_default()))
        .collect()
}
