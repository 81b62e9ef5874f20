//! A cold migration through the `migration` interface, against the simulated lab.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes only functions marked #[test] for tests, not what they call"
)]

use std::path::PathBuf;
use std::sync::Arc;

use mtv_bdd::checks::{self, Selection};
use mtv_bdd::events::log::EventLog;
use mtv_bdd::migration::intent::{
    Intent, NetworkMapping, NetworkRow, NetworkTarget, StorageMapping, VmOptions, WantedVm,
};
use mtv_bdd::migration::{Expectation, MigrationPlan, PlanKind, PlanOptions};
use mtv_bdd::settings::{self, Layers, Profile, Redactor};
use mtv_bdd::source::Power;
use mtv_bdd::{events::event::Event, run::ScenarioKey};
use mtv_bdd::{
    run::{RunFolder, RunId, RunIdentity},
    session::{Scenario, Session, SourceProvider, Sources},
};
use mtv_lab::{Lab, LabOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const PROVIDER: &str = "vsphere";

/// A lab, and a session connected to it.
struct Site {
    _folder: TempDir,
    lab: Lab,
    session: Arc<Session>,
    source: Arc<SourceProvider>,
    scenario: Arc<Scenario>,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path().join("lab")))
            .await
            .expect("the lab");
        let layers = Layers {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            profile: Profile::File(lab.settings()),
            environment: Vec::new(),
            command_line: Vec::new(),
        };
        let (settings, providers) = settings::load_with_providers(&layers).expect("settings and providers");
        let identity = RunIdentity::new(
            RunId::generate(),
            settings.naming.namespace_suffix.as_deref().unwrap_or_default(),
        );
        let output = RunFolder::create(folder.path(), &identity.run).expect("a run folder");
        let log = EventLog::create(&output.events(), Redactor::default()).expect("a log");
        let sources = Sources::new(providers, vec![PROVIDER.to_owned()]);
        let cancel = CancellationToken::new();
        let session = Session::open(settings, sources, identity, output, log, cancel)
            .await
            .expect("a session");
        let scenario = Arc::new(session.scenario(ScenarioKey("cold/smoke:1".into()), Some(PROVIDER.to_owned())));
        let source = session.source(PROVIDER).await.expect("a source provider");
        Self {
            _folder: folder,
            lab,
            session,
            source,
            scenario,
        }
    }

    async fn plan(&self, intent: &Intent, options: PlanOptions, expectation: Expectation) -> MigrationPlan {
        MigrationPlan::prepare(
            &self.scenario,
            &self.source,
            intent,
            PlanKind::Cold,
            options,
            expectation,
        )
        .await
        .map_err(anyhow::Error::from)
        .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Tears everything down; returns what is left behind.
    async fn close(self) -> Vec<String> {
        let mut leftovers = self.scenario.teardown().await;
        leftovers.extend(self.session.close().await);
        self.lab.stop().await;
        let say = |leftover: mtv_bdd::cleanup::Leftover| format!("{}: {}", leftover.subject, leftover.reason);
        leftovers.into_iter().map(say).collect()
    }
}

fn clone_of(original: &str, options: VmOptions) -> WantedVm {
    WantedVm {
        original: original.into(),
        clone: true,
        options,
    }
}

fn intent(vms: Vec<WantedVm>) -> Intent {
    Intent {
        vms,
        networks: Some(NetworkMapping::FromInventory { per_nic: false }),
        storages: Some(StorageMapping::FromInventory),
        ..Intent::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrated_vms_equal_their_sources_and_nothing_is_left_behind() {
    let site = Site::open().await;
    let mut events = site.session.log.subscribe();
    let running = VmOptions {
        power: Some(Power::On),
        ..VmOptions::default()
    };
    let wishes = intent(vec![
        clone_of("mtv-tests-rhel8", VmOptions::default()),
        clone_of("mtv-rhel8-warm-2disks2nics", running),
    ]);
    let plan = site.plan(&wishes, PlanOptions::default(), Expectation::Ready).await;
    let (_, outcome) = plan.run(None).await.expect("an outcome");
    outcome.succeeded().unwrap_or_else(|unexpected| panic!("{unexpected}"));
    plan.every_vm_was_migrated().await.expect("target VMs");
    checks::validate(&site.scenario, &plan, &Selection::Applicable)
        .await
        .unwrap_or_else(|failed| panic!("{failed}"));
    assert!(plan.no_vm_was_migrated().await.is_err());

    let platform = Arc::clone(&site.source.platform);
    let run = site.session.identity.run.to_string();
    assert_eq!(platform.owned_by(&run).await.expect("clones").len(), 2);
    assert_eq!(site.scenario.teardown().await, Vec::new());
    assert_eq!(platform.owned_by(&run).await.expect("clones"), Vec::new());
    assert_eq!(site.close().await, Vec::<String>::new());

    let mut steps = Vec::new();
    while let Ok(record) = events.try_recv() {
        if let Event::Progress { progress, .. } = record.event
            && !steps.contains(&progress.pipeline_step)
        {
            steps.push(progress.pipeline_step);
        }
    }
    for step in [
        "Initialize",
        "DiskAllocation",
        "ImageConversion",
        "DiskTransferV2v",
        "VirtualMachineCreation",
    ] {
        assert!(
            steps.iter().any(|told| told == step),
            "no progress of {step} in {steps:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_refused_for_an_unmapped_network() {
    let site = Site::open().await;
    let mut wishes = intent(vec![clone_of("mtv-tests-rhel8", VmOptions::default())]);
    wishes.networks = Some(NetworkMapping::AsFollows(vec![NetworkRow {
        source: "VM Network".into(),
        destination: NetworkTarget::Pod,
    }]));
    let plan = site.plan(&wishes, PlanOptions::default(), Expectation::Refused).await;
    let now = plan.now().await.expect("the plan");
    now.is_refused_because_of("VMNetworksNotMapped")
        .unwrap_or_else(|unexpected| panic!("{unexpected}"));
    assert!(now.is_ready().is_err());

    // The wait for an invalid plan ends at once, with the message from Forklift.
    let refused = MigrationPlan::prepare(
        &site.scenario,
        &site.source,
        &wishes,
        PlanKind::Cold,
        PlanOptions::default(),
        Expectation::Ready,
    );
    let said = refused
        .await
        .err()
        .map(|error| format!("{:#}", anyhow::Error::from(error)))
        .unwrap_or_default();
    assert!(
        said.contains("VMNetworksNotMapped (NotValid): VM has unmapped networks."),
        "{said}"
    );
    assert_eq!(site.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_an_unknown_vm_similar_names_are_suggested() {
    let site = Site::open().await;
    let error = site
        .source
        .platform
        .find("mtv-tests-rhel")
        .await
        .expect_err("no such VM");
    assert!(error.to_string().contains("mtv-tests-rhel8"), "{error}");
    assert_eq!(site.close().await, Vec::<String>::new());
}
