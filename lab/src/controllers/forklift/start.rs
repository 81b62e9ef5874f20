//! Starts the simulated Forklift: seed objects, inventory server, controllers.

use std::{future::Future, sync::Arc};

use forklift_api::forklift::{Conversion, ForkliftController, Hook, Migration, NetworkMap, Plan, Provider, StorageMap};
use futures::{Stream, StreamExt};
use k8s_openapi::api::{batch::v1::Job, core::v1::Secret};
use kube::{
    Resource, ResourceExt,
    runtime::reflector::{ObjectRef, Store as Known},
};
use loopback_https::{Authority, Server};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::controllers::Context;

use super::{
    adapter::VALIDATION_LABEL,
    cache::Cache,
    conversion,
    events::Events,
    hook,
    inventory::{Store, server},
    maps, migration, operator,
    pauses::Pauses,
    plan, provider, seed,
    settings::Settings,
    shared::Shared,
    webhooks, worker,
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
    let providers = worker::watch::<Provider>(&context);
    let network_maps = worker::watch::<NetworkMap>(&context);
    let storage_maps = worker::watch::<StorageMap>(&context);
    let hooks = worker::watch::<Hook>(&context);
    let plans = worker::watch::<Plan>(&context);
    let migrations = worker::watch::<Migration>(&context);
    let conversions = worker::watch::<Conversion>(&context);
    let controllers = worker::watch::<ForkliftController>(&context);
    let secrets = worker::watch::<Secret>(&context);
    let validations = worker::watch_labelled::<Job>(&context, VALIDATION_LABEL);
    let (vm_changes, vm_changed) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        cache: Cache {
            providers: providers.store.clone(),
            network_maps: network_maps.store.clone(),
            storage_maps: storage_maps.store.clone(),
            hooks: hooks.store.clone(),
            plans: plans.store.clone(),
            migrations: migrations.store.clone(),
            secrets: secrets.store,
            validations: validations.store,
        },
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
    shared.cache.wait_until_ready().await;

    // A plan is reconciled when an object that it refers to has been reconciled, when its Migration is created or
    // changed, and when a VM of its source changes.
    let plan_triggers = plan::Triggers {
        plans: plans.store.clone(),
        providers: providers.store.clone(),
    };
    let plan_wakers = futures::stream::select_all([
        stream(plans.changed).boxed(),
        plan_triggers.clone().on_reconciled(stream(providers.applied)),
        plan_triggers.clone().on_reconciled(stream(network_maps.applied)),
        plan_triggers.clone().on_reconciled(stream(storage_maps.applied)),
        plan_triggers.clone().on_reconciled(stream(hooks.applied)),
        plan_triggers.clone().on_migration(stream(migrations.applied)),
        plan_triggers.on_vm_change(stream(vm_changed)),
    ]);
    let migration_wakers = futures::stream::select(
        stream(migrations.changed),
        migration::on_plan_change(stream(plans.applied), migrations.store.clone()),
    );
    let provider_wakers = futures::stream::select(
        stream(providers.changed),
        provider::secret_changes(stream(secrets.applied), providers.store.clone()),
    );
    let memory = Arc::new(provider::Memory::default());
    let provider_work = work(&shared, providers.store, provider_wakers, move |shared, seen| {
        provider::reconcile(shared, memory.clone(), seen)
    });
    let network_work = work(
        &shared,
        network_maps.store,
        stream(network_maps.changed),
        maps::reconcile_network,
    );
    let storage_work = work(
        &shared,
        storage_maps.store,
        stream(storage_maps.changed),
        maps::reconcile_storage,
    );
    let hook_work = work(&shared, hooks.store, stream(hooks.changed), hook::reconcile);
    let plan_work = work(&shared, plans.store, plan_wakers, plan::reconcile);
    let migration_work = work(&shared, migrations.store, migration_wakers, migration::reconcile);
    let conversion_work = work(
        &shared,
        conversions.store,
        stream(conversions.changed),
        conversion::reconcile,
    );
    let all = async {
        tokio::join!(
            provider_work,
            network_work,
            storage_work,
            hook_work,
            plan_work,
            migration_work,
            conversion_work,
            operator::run(shared.clone(), controllers.changed),
            forget_providers(shared.clone(), providers.deleted),
            plan::clean_deleted(shared.clone(), plans.deleted),
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

fn stream<T: Send + 'static>(receiver: mpsc::UnboundedReceiver<T>) -> UnboundedReceiverStream<T> {
    UnboundedReceiverStream::new(receiver)
}

async fn work<K, F, Fut>(
    shared: &Arc<Shared>,
    store: Known<K>,
    triggers: impl Stream<Item = ObjectRef<K>> + Send + 'static,
    reconcile: F,
) where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + 'static,
    F: Fn(Arc<Shared>, Arc<K>) -> Fut,
    Fut: Future<Output = super::error::Result<kube::runtime::controller::Action>> + Send + 'static,
{
    worker::run(&shared.context, store, triggers, |object| {
        reconcile(shared.clone(), object)
    })
    .await;
}

async fn forget_providers(shared: Arc<Shared>, mut deleted: mpsc::UnboundedReceiver<Provider>) {
    while let Some(provider) = deleted.recv().await {
        shared.inventory.remove(&provider.uid().unwrap_or_default());
    }
}
