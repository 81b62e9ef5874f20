//! Runs on a lab through proxies that count.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{
    lab::Lab,
    proxy::{self, Proxy},
    suite,
};
use crate::bench::row::Subject;

/// Route of the inventory.
const ROUTE: &str = "apis/route.openshift.io/v1/namespaces/openshift-mtv/routes/forklift-inventory";

/// A lab, and proxies in front of its Kubernetes API and its inventory.
pub struct Counted {
    api: Proxy,
    inventory: Proxy,
    profile: String,
    // Ends the tasks of the proxies.
    _runtime: Runtime,
    lab: Lab,
}

/// Requests and bytes of one run.
pub struct Counts {
    /// To the Kubernetes API.
    pub api: (f64, f64),
    /// To the inventory.
    pub inventory: (f64, f64),
}

impl Counted {
    /// Starts a lab at a speed, and the proxies.
    ///
    /// # Errors
    /// One of them does not start.
    pub fn start(subject: &Subject<'_>, speed: &str) -> Result<Self> {
        let lab = Lab::start(subject, &["--speed", speed])?;
        let (server, token) = lab.api()?;
        let runtime = Runtime::new().context("could not start the runtime")?;
        let (api, inventory) = runtime.block_on(async {
            let route = proxy::client()?
                .get(format!("{server}/{ROUTE}"))
                .bearer_auth(token)
                .send()
                .await?;
            let route: Value = route.error_for_status()?.json().await?;
            let Some(host) = route["spec"]["host"].as_str() else {
                bail!("the Route of the inventory has no host");
            };
            Ok((
                Proxy::start(server).await?,
                Proxy::start(format!("https://{host}")).await?,
            ))
        })?;
        let profile = lab.profile_at(&api.url(), &subject.folder.join("counted"))?;
        Ok(Self {
            api,
            inventory,
            profile: profile.display().to_string(),
            _runtime: runtime,
            lab,
        })
    }

    /// The lab.
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Runs features with further options and counts.
    ///
    /// # Errors
    /// The run fails.
    pub fn run(&self, subject: &Subject<'_>, features: &Path, options: &[&str]) -> Result<Counts> {
        self.api.take();
        self.inventory.take();
        let inventory = format!("target.inventory_url={}", self.inventory.url());
        let mut arguments = vec!["--profile", &self.profile, "--set", &inventory];
        arguments.extend(options);
        suite::run(subject, features, &arguments)?;
        Ok(Counts {
            api: self.api.take(),
            inventory: self.inventory.take(),
        })
    }
}
