//! The end of a plan: it is archived or deleted.

use forklift_api::forklift::{Migration, Plan, condition_types};
use futures::future::try_join_all;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, Preconditions};
use kube::{Api, ResourceExt};
use serde_json::json;

use crate::{
    cluster::{condition::is_true, is_not_found, retrying, wait::Wait},
    migration::{Error, setup::MigrationPlan},
};

impl MigrationPlan {
    /// Archives the plan and waits until Forklift has done so.
    pub async fn archive(&self) -> Result<(), Error> {
        let (plans, name) = (self.api(), self.name());
        let patch = Patch::Merge(json!({ "spec": { "archived": true } }));
        let params = PatchParams::default();
        let patched = retrying(|| plans.patch(&name, &params, &patch)).await;
        patched.map_err(|source| self.refused("archive", source))?;
        let session = &self.scenario.session;
        let wait = Wait::new(session.hub(), plans, &name)
            .for_(format!("the plan {name} to be archived"))
            .at_most(session.settings.timeouts.archive)
            .advice(
                "see the log of the Deployment forklift-controller; where the cluster is merely slow, raise timeouts.archive",
            )
            .of_uid(self.uid())
            .until(is_true(condition_types::ARCHIVED));
        self.scenario
            .log
            .activity(format!("archiving the plan {name}"), wait)
            .await?;
        Ok(())
    }

    /// Deletes the plan and waits until it is gone, and its migrations with it.
    pub async fn delete(&self) -> Result<(), Error> {
        let (name, uid) = (self.name(), self.uid());
        let migrations = self.migrations().await?;
        let precondition = Preconditions {
            uid: Some(uid.clone()),
            resource_version: None,
        };
        let params = DeleteParams::background().preconditions(precondition);
        let plans = self.api();
        match retrying(|| plans.delete(&name, &params)).await {
            Ok(_) => {}
            Err(error) if is_not_found(&error) => {}
            Err(error) => return Err(self.refused("delete", error)),
        }
        let session = &self.scenario.session;
        let at_most = session.settings.timeouts.deletion;
        let gone = async {
            Wait::<Plan>::new(session.hub(), plans.clone(), &name)
                .for_(format!("the end of the plan {name}"))
                .at_most(at_most)
                .of_uid(uid)
                .until_gone()
                .await?;
            let api = self.migrations_api();
            let ends = migrations.iter().map(|migration| {
                Wait::<Migration>::new(session.hub(), api.clone(), migration.name_any())
                    .for_(format!("the end of the migration {}", migration.name_any()))
                    .at_most(at_most)
                    .advice("it belongs to the plan, so that the cluster's garbage collector deletes it; see whether that works")
                    .of_uid(migration.uid().unwrap_or_default())
                    .until_gone()
            });
            try_join_all(ends).await
        };
        self.scenario
            .log
            .activity(format!("deleting the plan {name}"), gone)
            .await?;
        Ok(())
    }

    /// The migrations that belong to the plan.
    async fn migrations(&self) -> Result<Vec<Migration>, Error> {
        let (api, uid, all) = (self.migrations_api(), self.uid(), ListParams::default());
        let found = retrying(|| api.list(&all)).await.map_err(|source| Error::Observe {
            what: "migrations",
            plan: self.name(),
            source: Box::new(source),
        })?;
        let is_its = |migration: &Migration| migration.owner_references().iter().any(|owner| owner.uid == uid);
        Ok(found.items.into_iter().filter(is_its).collect())
    }

    fn migrations_api(&self) -> Api<Migration> {
        let namespace = self.plan.namespace().unwrap_or_default();
        Api::namespaced(self.scenario.session.hub().client.clone(), &namespace)
    }

    fn refused(&self, action: &'static str, source: kube::Error) -> Error {
        Error::Change {
            action,
            plan: self.name(),
            source: Box::new(source),
        }
    }
}
