//! A second source platform, in memory, goes the way of a scenario: log-in, clone, inventory, plan, checks, teardown.
//!
//! It differs from vSphere wherever a descriptor can: ids of disks are no paths and change while disks are copied, the
//! inventory needs two requests for one VM, claims get no suffix unless the plan says so, the serial number is the VM's id.
//! What assumes vSphere outside `source/vsphere/` fails here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy takes only functions marked #[test] for tests, not what they call"
)]

mod inventory;
mod memory;
mod mtv;
mod platform;

use std::{fs, path::PathBuf, sync::Arc};

use forklift_api::forklift::Provider;
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};
use mtv_bdd::{
    checks::{self, Selection},
    events::log::EventLog,
    migration::{
        Expectation, MigrationPlan, PlanKind, PlanOptions,
        intent::{Intent, NetworkMapping, StorageMapping, VmOptions, WantedVm},
    },
    run::{RunFolder, RunId, RunIdentity, ScenarioKey},
    session::{Scenario, Session, Sources},
    settings::{self, Layers, Profile, Redactor},
    source::{Descriptor, Platforms},
};
use mtv_lab::{Controller, Lab, LabOptions};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use platform::SECOND;

const PROVIDER: &str = "second";

/// The platforms of this test: vSphere is none of them.
static ONLY_THE_SECOND: [&dyn Descriptor; 1] = [&SECOND];

/// The lab without its Forklift and without its vCenter in the providers file, and a session on it.
struct Site {
    _folder: TempDir,
    lab: Lab,
    client: Client,
    session: Arc<Session>,
    scenario: Arc<Scenario>,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = LabOptions::new(folder.path().join("lab"));
        options
            .controllers
            .retain(|controller| *controller != Controller::Forklift);
        let lab = Lab::start(options).await.unwrap();
        let providers = folder.path().join("providers.json");
        let entry = json!({
            "type": "ovirt", "version": "4.5", "api_url": memory::ADDRESS,
            "username": "admin@internal", "password": "s3cret",
        });
        fs::write(&providers, json!({ PROVIDER: entry }).to_string()).unwrap();
        let layers = Layers {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            profile: Profile::File(lab.settings()),
            environment: Vec::new(),
            command_line: vec![
                ("target.providers_file".into(), providers.display().to_string()),
                ("target.inventory_url".into(), inventory::serve().await),
                ("source.insecure_skip_verify".into(), "true".into()),
            ],
        };
        let (settings, file) = settings::load_with_providers(&layers).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let identity = RunIdentity::new(RunId::generate(), "");
        let output = RunFolder::create(folder.path(), &identity.run).unwrap();
        let log = EventLog::create(&output.events(), Redactor::default()).unwrap();
        let client = mtv::start(&folder.path().join("lab/kubeconfig")).await;
        let sources = Sources {
            platforms: Platforms::only(&ONLY_THE_SECOND),
            ..Sources::new(file, vec![PROVIDER.to_owned()])
        };
        let cancel = CancellationToken::new();
        let session = Session::open(settings, sources, identity, output, log, cancel).await;
        let session = session.unwrap_or_else(|error| panic!("{:#}", anyhow::Error::from(error)));
        let scenario = Arc::new(session.scenario(ScenarioKey("cold/smoke:1".into()), Some(PROVIDER.to_owned())));
        Self {
            _folder: folder,
            lab,
            client,
            session,
            scenario,
        }
    }

    async fn plan(&self, kind: PlanKind) -> anyhow::Result<MigrationPlan> {
        let source = self.session.source(PROVIDER).await?;
        let intent = Intent {
            vms: vec![WantedVm {
                original: memory::TEMPLATE.into(),
                clone: true,
                options: VmOptions::default(),
            }],
            networks: Some(NetworkMapping::FromInventory { per_nic: false }),
            storages: Some(StorageMapping::FromInventory),
            ..Intent::default()
        };
        let options = PlanOptions {
            pvc_name_template: Some("{{.DiskId}}-{{.DiskIndex}}".into()),
            ..PlanOptions::default()
        };
        let plan = MigrationPlan::prepare(&self.scenario, &source, &intent, kind, options, Expectation::Ready);
        Ok(plan.await?)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_platform_goes_the_way_of_a_scenario() {
    let site = Site::open().await;
    let run = site.session.identity.run.to_string();

    // What the platform cannot do is refused before a clone is made.
    let refused = site.plan(PlanKind::Warm).await.err().map(|error| format!("{error:#}"));
    assert_eq!(
        refused.as_deref(),
        Some("second (ovirt) cannot have the disks of running VMs copied (warm migrations)")
    );
    assert_eq!(memory::clones_of(&run), [""; 0]);

    let plan = site
        .plan(PlanKind::Cold)
        .await
        .unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(memory::clones_of(&run), plan.source_names());

    let source = site.session.source(PROVIDER).await.unwrap();
    let providers: Api<Provider> = Api::namespaced(site.client.clone(), &source.namespace);
    let provider = providers.get(&source.name).await.unwrap();
    assert_eq!((provider.spec.type_.as_str(), provider.spec.settings), ("ovirt", None));
    let secrets: Api<Secret> = Api::namespaced(site.client.clone(), &source.namespace);
    let secret = secrets.get(&source.name).await.unwrap();
    let keys: Vec<String> = secret.data.unwrap_or_default().into_keys().collect();
    assert_eq!(keys, ["insecureSkipVerify", "password", "url", "user"]);

    let vm = &plan.spec().vms[0];
    assert_eq!(vm.id.as_deref(), Some(plan.vms[0].source.id.0.as_str()));
    let storages: Vec<_> = plan.storages.iter().map(|row| row.source.id.as_deref()).collect();
    assert_eq!(storages, [Some("domain-fast"), Some("domain-slow")]);
    let networks: Vec<_> = plan.networks.iter().map(|row| row.source.id.as_deref()).collect();
    assert_eq!(networks, [Some("profile-1")]);

    mtv::migrate(&site.client, &plan).await;
    let named = [
        "power",
        "VM name",
        "CPU",
        "memory",
        "network",
        "storage",
        "disk count",
        "disk sizes",
        "PVC names",
        "disk order",
        "serial",
        "firmware",
        "source untouched",
    ];
    let named = named.map(|name| checks::find(name).unwrap_or_else(|unknown| panic!("{unknown}")));
    checks::validate(&site.scenario, &plan, &Selection::Named(named.into()))
        .await
        .unwrap_or_else(|failed| panic!("{failed}"));

    // They see what is wrong, too: disks that changed places.
    mtv::swap_disks(&site.client, &plan).await;
    let order = vec![checks::find("disk order").unwrap()];
    let failed = checks::validate(&site.scenario, &plan, &Selection::Named(order)).await;
    let failed = failed.err().map(|failed| failed.to_string()).unwrap_or_default();
    assert!(failed.starts_with("2 of 2 comparisons failed"), "{failed}");

    assert_eq!(site.scenario.teardown().await, []);
    assert_eq!(site.session.close().await, []);
    assert_eq!(memory::names(), [memory::TEMPLATE]);
    site.lab.stop().await;
}
