//! Starts the simulated Forklift: seed, inventory server, controllers.

use std::{future::Future, sync::Arc};

use forklift_api::forklift::{Conversion, Migration, NetworkMap, Plan, Provider, StorageMap};
use futures::Stream;
use kube::{Api, Resource, ResourceExt, runtime::reflector::ObjectRef};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::{
    controllers::Context,
    https::{Authority, Server},
};

use super::{
    conversion,
    events::Events,
    inventory::{Store, server},
    maps, migration, plan, provider, seed,
    shared::Shared,
    worker::{self, Watched},
};

/// What the simulated Forklift needs besides a cluster.
pub struct Options {
    /// Where MTV is installed.
    pub namespace: String,
    /// Signs the inventory's certificate.
    pub authority: Arc<Authority>,
    /// Port of the inventory; 0 takes any free one.
    pub port: u16,
}

impl Options {
    /// MTV in `openshift-mtv`, the inventory on any free port.
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
    let (vm_changes, vm_changed) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        inventory: Arc::new(Store::new(vm_changes)),
        events: Events::new(context.client.clone()),
        context: context.clone(),
    });
    let router = server::router(context.client.clone(), shared.inventory.clone(), context.clock);
    let server = Server::start(&options.authority, "forklift-inventory", options.port, router).await?;
    seed::seed(&context.client, &options.namespace, &server.address().to_string()).await?;

    let providers = watch::<Provider>(&context);
    let network_maps = watch::<NetworkMap>(&context);
    let storage_maps = watch::<StorageMap>(&context);
    let plans = watch::<Plan>(&context);
    let migrations = watch::<Migration>(&context);
    let conversions = watch::<Conversion>(&context);

    // Plans look again when something that they refer to has been reconciled, when a Migration is made or changed, and
    // when a VM of their source changes.
    let plan_triggers = plan::Triggers {
        plans: plans.watched.store.clone(),
        providers: providers.watched.store.clone(),
    };
    let plan_wakers = futures::stream::select_all([
        plans.watched.changed,
        plan_triggers.clone().on_reconciled::<Provider>(context.client.clone()),
        plan_triggers
            .clone()
            .on_reconciled::<NetworkMap>(context.client.clone()),
        plan_triggers
            .clone()
            .on_reconciled::<StorageMap>(context.client.clone()),
        plan_triggers.clone().on_migration(context.client.clone()),
        plan_triggers.on_vm_change(UnboundedReceiverStream::new(vm_changed)),
    ]);
    let migration_wakers = futures::stream::select(
        migrations.watched.changed,
        migration::on_plan_change(context.client.clone(), migrations.watched.store.clone()),
    );
    let secrets = provider::secret_changes(context.client.clone(), providers.watched.store.clone());
    let memory = Arc::new(provider::Memory::default());

    let provider_work = work(
        &shared,
        providers.watched.store,
        futures::stream::select(providers.watched.changed, secrets),
        move |shared, seen| provider::reconcile(shared, memory.clone(), seen),
    );
    let network_work = work(
        &shared,
        network_maps.watched.store,
        network_maps.watched.changed,
        maps::reconcile_network,
    );
    let storage_work = work(
        &shared,
        storage_maps.watched.store,
        storage_maps.watched.changed,
        maps::reconcile_storage,
    );
    let plan_work = work(&shared, plans.watched.store, plan_wakers, plan::reconcile);
    let migration_work = work(
        &shared,
        migrations.watched.store,
        migration_wakers,
        migration::reconcile,
    );
    let conversion_work = work(
        &shared,
        conversions.watched.store,
        conversions.watched.changed,
        conversion::reconcile,
    );
    let cleaning = async {
        let providers = forget_providers(shared.clone(), providers.deleted);
        let plans = plan::clean_deleted(shared.clone(), plans.deleted);
        tokio::join!(providers, plans);
    };
    let all = async {
        tokio::join!(
            provider_work,
            network_work,
            storage_work,
            plan_work,
            migration_work,
            conversion_work,
            cleaning
        )
    };
    tokio::select! {
        () = context.stop.cancelled() => {}
        _ = all => {}
    }
    server.stop();
    Ok(())
}

/// A watched kind, and what of it is deleted.
struct Kind<K: Resource + 'static>
where
    K::DynamicType: std::hash::Hash + Eq,
{
    watched: Watched<K>,
    deleted: mpsc::UnboundedReceiver<K>,
}

fn watch<K>(context: &Context) -> Kind<K>
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + DeserializeOwned + 'static,
{
    let (sender, deleted) = mpsc::unbounded_channel();
    let watched = worker::watch(Api::all(context.client.clone()), sender);
    Kind { watched, deleted }
}

async fn work<K, F, Fut>(
    shared: &Arc<Shared>,
    store: kube::runtime::reflector::Store<K>,
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
