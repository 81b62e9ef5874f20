//! Starts the simulated Forklift: seed objects, inventory server, controllers.

use std::{future::Future, sync::Arc};

use forklift_api::forklift::{Hook, Migration, NetworkMap, Plan, Provider, StorageMap};
use k8s_openapi::api::core::v1::{Secret, ServiceAccount};
use kube::ResourceExt;
use loopback_https::{Authority, Server};
use tokio::sync::mpsc;

use crate::controllers::{
    Context,
    controller::{Controller, Next},
    informer::{Change, Watched},
};

use super::{
    conversion,
    error::Result,
    events::Events,
    hook,
    inventory::{Store, server},
    maps, migration, operator,
    pauses::Pauses,
    plan, provider, seed,
    settings::Settings,
    shared::{REQUEUE, Shared},
    webhooks,
};

/// Options of the simulated Forklift.
pub struct Options {
    /// Namespace of MTV.
    pub namespace: String,
    /// Authority that signs the inventory's certificate.
    pub authority: Arc<Authority>,
    /// Port of the inventory; 0 takes any free one.
    pub port: u16,
}

impl Options {
    /// Options for MTV in `openshift-mtv` with the inventory on a free port.
    pub fn new(authority: Arc<Authority>) -> Self {
        Self {
            namespace: "openshift-mtv".into(),
            authority,
            port: 0,
        }
    }
}

/// Runs all controllers until the context is stopped.
pub async fn run(context: Context, options: Options) -> anyhow::Result<()> {
    let (vm_changes, mut vm_changed) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        inventory: Arc::new(Store::new(vm_changes)),
        events: Events::new(context.client.clone()),
        settings: Settings::default(),
        pauses: Pauses::default(),
        context: context.clone(),
    });
    let router = server::router(context.client.clone(), shared.inventory.clone(), context.clock);
    let server = Server::start(&options.authority, "forklift-inventory", options.port, router).await?;
    let api = Server::start(
        &options.authority,
        "forklift-api",
        0,
        webhooks::router(context.client.clone()),
    )
    .await?;
    webhooks::register(&context.client, &api.url(), &options.authority.pem()).await?;
    seed::seed(&context.client, &options.namespace, &server.address().to_string()).await?;
    fill_cache(&context).await;

    let providers = Controller::<Provider>::on_new_generation(&context);
    let known = providers.informer().clone();
    let providers = providers.woken_by_applied(move |secret: &Secret| provider::using(&known, secret));
    let plans = plans(&context);
    let wake_plan = plans.waker();
    let triggers = triggers(&context);
    let vm_changes = async {
        while let Some((provider, change)) = vm_changed.recv().await {
            triggers
                .on_vm_change(&provider, &change)
                .into_iter()
                .for_each(&wake_plan);
        }
    };
    let migrations = Controller::<Migration>::on_new_generation(&context);
    let known = migrations.informer().clone();
    let migrations = migrations.woken_by_applied(move |plan: &Plan| migration::of_plan(&known, plan));
    let network_maps = Controller::on_new_generation(&context);
    let storage_maps = Controller::on_new_generation(&context);
    let hooks = Controller::on_new_generation(&context);
    let conversions = Controller::on_new_generation(&context);
    let controllers = Controller::on_new_generation(&context);
    let memory = Arc::new(provider::Memory::default());
    let test_provider = move |shared, seen| provider::reconcile(shared, memory.clone(), seen);
    let all = async {
        tokio::join!(
            work(&shared, providers, test_provider),
            work(&shared, network_maps, maps::reconcile_network),
            work(&shared, storage_maps, maps::reconcile_storage),
            work(&shared, hooks, hook::reconcile),
            work(&shared, plans, plan::reconcile),
            work(&shared, migrations, migration::reconcile),
            work(&shared, conversions, conversion::reconcile),
            work(&shared, controllers, operator::reconcile),
            vm_changes,
            forget_providers(shared.clone()),
            plan::clean_deleted(shared.clone()),
        )
    };
    tokio::select! {
        biased;
        () = context.stop.cancelled() => {}
        _ = all => {}
    }
    server.stop();
    api.stop();
    Ok(())
}

/// Waits until the kinds that controllers read without waiting have been listed.
async fn fill_cache(context: &Context) {
    tokio::join!(
        context.informer::<Provider>().ready(),
        context.informer::<NetworkMap>().ready(),
        context.informer::<StorageMap>().ready(),
        context.informer::<Hook>().ready(),
        context.informer::<Plan>().ready(),
        context.informer::<Migration>().ready(),
        context.informer::<ServiceAccount>().ready(),
    );
}

fn triggers(context: &Context) -> plan::Triggers {
    plan::Triggers {
        plans: context.informer(),
        providers: context.informer(),
    }
}

/// The controller of plans. A plan is reconciled when an object that it refers to has been reconciled, when its Migration
/// is created or changed, and when one of its VMs appears, disappears or moves on the source.
fn plans(context: &Context) -> Controller<Plan> {
    fn reconciled<K: plan::Referred>(plans: Controller<Plan>, triggers: plan::Triggers) -> Controller<Plan> {
        plans.woken_by_applied(move |object: &K| triggers.on_reconciled(object))
    }
    let plans = Controller::on_new_generation(context);
    let plans = reconciled::<Provider>(plans, triggers(context));
    let plans = reconciled::<NetworkMap>(plans, triggers(context));
    let plans = reconciled::<StorageMap>(plans, triggers(context));
    let plans = reconciled::<Hook>(plans, triggers(context));
    let triggers = triggers(context);
    plans.woken_by(move |change: Change<'_, Migration>| triggers.on_migration(&change))
}

async fn work<K: Watched, Outcome>(
    shared: &Arc<Shared>,
    controller: Controller<K>,
    reconcile: impl Fn(Arc<Shared>, Arc<K>) -> Outcome,
) where
    Outcome: Future<Output = Result<Next>> + Send + 'static,
{
    controller
        .run(REQUEUE, |object| reconcile(shared.clone(), object))
        .await;
}

async fn forget_providers(shared: Arc<Shared>) {
    let mut deleted = shared.context.informer::<Provider>().deleted();
    while let Some(provider) = deleted.recv().await {
        shared.inventory.remove(&provider.uid().unwrap_or_default());
    }
}
