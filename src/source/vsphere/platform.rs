//! The connection to a vCenter, as a [`SourcePlatform`].

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use futures::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use vim25::{Client, MoRef, Object, Trust, Value};

use super::{DESCRIPTOR, clone, disks, hardware, snapshots};
use crate::{
    settings::nearest,
    source::{CloneRequest, Descriptor, Error, NewDisk, Power, SourcePlatform, SourceVm, VmId},
};

/// A clone copies disks; everything else is quick.
const CLONE_DEADLINE: Duration = Duration::from_secs(20 * 60);
const TASK_DEADLINE: Duration = Duration::from_secs(2 * 60);
/// A snapshot of a VM with much to write takes its time.
const SNAPSHOT_DEADLINE: Duration = Duration::from_secs(10 * 60);

/// Key of the annotation's line that says which run a clone belongs to.
const RUN_KEY: &str = "mtv-bdd.io/run";

/// Address and credentials of a vCenter.
#[derive(Debug, Clone)]
pub struct Options {
    /// Key of the provider in the providers file, for messages.
    pub key: String,
    /// `https://vcenter.example.com/sdk`
    pub url: String,
    /// User name with its domain.
    pub user: String,
    /// Password.
    pub password: SecretString,
    /// Verification of the server's certificate.
    pub trust: Trust,
}

/// A session with a vCenter.
pub struct Vsphere {
    client: Client,
    /// Key and address, as messages name it.
    platform: String,
}

impl Vsphere {
    /// Connects and logs in.
    pub async fn connect(options: Options) -> Result<Self, Error> {
        let platform = format!("{} ({})", options.key, options.url);
        let connected = Client::connect(vim25::Options {
            url: options.url,
            user: options.user.clone(),
            password: options.password.expose_secret().to_owned(),
            trust: options.trust,
        })
        .await;
        match connected {
            Ok(client) => Ok(Self { client, platform }),
            Err(error) if error.is_invalid_login() => Err(Error::Login {
                platform,
                user: options.user,
                message: error.fault().map(|fault| fault.message.clone()).unwrap_or_default(),
            }),
            Err(error) => Err(failed(&platform, "log in".to_owned())(error)),
        }
    }

    fn failed(&self, action: String) -> impl FnOnce(vim25::Error) -> Error {
        failed(&self.platform, action)
    }

    /// The one VM of that name, with its name only.
    async fn find_reference(&self, name: &str) -> Result<MoRef, Error> {
        let vms = self.client.list("VirtualMachine", &["name"]).await;
        let vms = vms.map_err(self.failed("list the VMs".to_owned()))?;
        let mut matching = vms.iter().filter(|vm| vm.name() == name);
        match (matching.next(), matching.count()) {
            (Some(vm), 0) => Ok(vm.moref.clone()),
            (Some(_), more) => Err(Error::Ambiguous {
                platform: self.platform.clone(),
                vm: name.to_owned(),
                count: more + 1,
            }),
            (None, _) => Err(Error::NoSuchVm {
                platform: self.platform.clone(),
                vm: name.to_owned(),
                nearest: nearest::nearest(name, vms.iter().map(Object::name))
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            }),
        }
    }

    async fn list_names(&self, kind: &str, action: &str) -> Result<Vec<String>, Error> {
        let found = self.client.list(kind, &["name"]).await;
        let found = found.map_err(self.failed(action.to_owned()))?;
        Ok(found.iter().map(|object| object.name().to_owned()).collect())
    }

    /// The VM with everything that a clone or a description needs; none when it is gone.
    async fn read(&self, vm: &MoRef) -> Result<Option<Object>, Error> {
        match self.client.get(vm, hardware::PATHS).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.failed(format!("read the VM {}", vm.id))(error)),
        }
    }

    /// Names of the networks and datastores of a VM, by id.
    async fn names(&self, vm: &Object) -> Result<HashMap<String, String>, Error> {
        let places = vm.list("network").iter().chain(vm.list("datastore"));
        let places: Vec<MoRef> = places.filter_map(Value::as_moref).cloned().collect();
        let named = self.client.get_many(&places, &["name"]).await;
        let named = named.map_err(self.failed(format!("read the networks and datastores of {}", vm.name())))?;
        Ok(named
            .iter()
            .map(|place| (place.moref.id.clone(), place.name().to_owned()))
            .collect())
    }

    async fn describe_object(&self, vm: &Object) -> Result<SourceVm, Error> {
        let names = self.names(vm).await?;
        hardware::describe(vm, &names).map_err(|problem| Error::Operation {
            platform: self.platform.clone(),
            action: format!("use the VM \"{}\"", vm.name()),
            source: problem.into(),
        })
    }

    async fn run(
        &self,
        vm: &MoRef,
        method: &str,
        args: Vec<(&str, Value)>,
        deadline: Duration,
        action: impl Fn() -> String,
    ) -> Result<Value, Error> {
        match sim_clock::timeout(deadline, self.client.run_task(vm, method, args)).await {
            Ok(result) => result.map_err(self.failed(action())),
            Err(_) => Err(Error::Operation {
                platform: self.platform.clone(),
                action: action(),
                source: format!(
                    "the task {method} did not end within {}",
                    humantime::format_duration(deadline)
                )
                .into(),
            }),
        }
    }

    /// The resource pool for a clone of something that has none: that of the host's cluster.
    async fn pool_of_host(&self, host: &MoRef) -> Result<Option<MoRef>, Error> {
        let doing = || self.failed("find a resource pool for the clone of a template".to_owned());
        let host = self.client.get(host, &["parent"]).await.map_err(doing())?;
        let Some(cluster) = host.moref_at("parent") else {
            return Ok(None);
        };
        let cluster = self.client.get(cluster, &["resourcePool"]).await.map_err(doing())?;
        Ok(cluster.moref_at("resourcePool").cloned())
    }
}

fn failed(platform: &str, action: String) -> impl FnOnce(vim25::Error) -> Error + use<> {
    let platform = platform.to_owned();
    move |error| {
        if error.is_unreachable() {
            Error::Unreachable {
                platform,
                source: error.into(),
            }
        } else {
            Error::Operation {
                platform,
                action,
                source: error.into(),
            }
        }
    }
}

fn reference(vm: &VmId) -> MoRef {
    MoRef::new("VirtualMachine", &vm.0)
}

/// The line that marks a clone.
fn mark(run: &str) -> String {
    format!("{RUN_KEY}={run}")
}

fn is_marked(annotation: &str, run: &str) -> bool {
    let mark = mark(run);
    annotation.lines().any(|line| line.trim() == mark)
}

#[async_trait]
impl SourcePlatform for Vsphere {
    fn descriptor(&self) -> &'static dyn Descriptor {
        &DESCRIPTOR
    }

    fn product(&self) -> &str {
        &self.client.about().full_name
    }

    async fn find(&self, name: &str) -> Result<SourceVm, Error> {
        let reference = self.find_reference(name).await?;
        match self.read(&reference).await? {
            Some(vm) => self.describe_object(&vm).await,
            None => Err(Error::NoSuchVm {
                platform: self.platform.clone(),
                vm: name.to_owned(),
                nearest: Vec::new(),
            }),
        }
    }

    async fn describe(&self, vm: &VmId) -> Result<Option<SourceVm>, Error> {
        match self.read(&reference(vm)).await? {
            Some(vm) => Ok(Some(self.describe_object(&vm).await?)),
            None => Ok(None),
        }
    }

    async fn networks(&self) -> Result<Vec<String>, Error> {
        self.list_names("Network", "list the networks").await
    }

    async fn storages(&self) -> Result<Vec<String>, Error> {
        self.list_names("Datastore", "list the datastores").await
    }

    async fn clone_vm(&self, original: &str, request: &CloneRequest) -> Result<SourceVm, Error> {
        let reference = self.find_reference(original).await?;
        let action = || format!("clone the VM \"{original}\" as \"{}\"", request.name);
        let refused = |reason: &str| Error::Operation {
            platform: self.platform.clone(),
            action: action(),
            source: reason.into(),
        };
        let source = self
            .read(&reference)
            .await?
            .ok_or_else(|| refused("it has just been deleted"))?;
        let folder = source
            .moref_at("parent")
            .cloned()
            .ok_or_else(|| refused("it stands in no folder of VMs"))?;
        let pool = match (source.moref_at("resourcePool"), source.moref_at("runtime.host")) {
            (None, Some(host)) => self.pool_of_host(host).await?,
            _ => None,
        };
        let args = vec![
            ("folder", Value::from(folder)),
            ("name", Value::from(&request.name)),
            ("spec", clone::spec(&source, request, pool, &mark(&request.run))),
        ];
        let result = self
            .run(&reference, "CloneVM_Task", args, CLONE_DEADLINE, action)
            .await?;
        let clone = result
            .as_moref()
            .ok_or_else(|| refused("the task did not say what it made"))?;
        let clone = self
            .read(clone)
            .await?
            .ok_or_else(|| refused("the clone was deleted at once"))?;
        self.describe_object(&clone).await
    }

    async fn set_power(&self, vm: &VmId, power: Power) -> Result<(), Error> {
        let (method, verb) = match power {
            Power::On => ("PowerOnVM_Task", "on"),
            Power::Off => ("PowerOffVM_Task", "off"),
            Power::Suspended => {
                return Err(Error::Unsupported {
                    platform: self.platform.clone(),
                    action: "suspend VMs for the suite".to_owned(),
                });
            }
        };
        let vm = reference(vm);
        let action = || format!("switch the VM {} {verb}", vm.id);
        let now = self
            .client
            .get(&vm, &["runtime.powerState"])
            .await
            .map_err(self.failed(action()))?;
        if now.get("runtime.powerState").and_then(hardware::power) == Some(power) {
            return Ok(());
        }
        self.run(&vm, method, vec![], TASK_DEADLINE, action).await.map(drop)
    }

    async fn wait_for_guest(&self, vm: &VmId) -> Result<(), Error> {
        let moref = reference(vm);
        let failed = || self.failed(format!("wait for the guest of the VM {vm}"));
        let paths = ["guest.toolsRunningStatus", "guest.toolsStatus"];
        let mut updates = self.client.watch_object(&moref, &paths).await.map_err(failed())?;
        let mut seen = Object::new(moref);
        let waited = loop {
            match updates.next().await {
                Ok(news) => news.iter().for_each(|update| update.apply(&mut seen)),
                Err(error) => break Err(failed()(error)),
            }
            let runs = seen.str_at("guest.toolsRunningStatus") == Some(hardware::TOOLS_RUN);
            if runs || seen.str_at("guest.toolsStatus") == Some("toolsNotInstalled") {
                break Ok(());
            }
        };
        updates.close().await;
        waited
    }

    async fn create_snapshot(&self, vm: &VmId, name: &str) -> Result<(), Error> {
        let action = || format!("make the snapshot \"{name}\" of the VM {vm}");
        let args = snapshots::creation(name);
        self.run(&reference(vm), "CreateSnapshot_Task", args, SNAPSHOT_DEADLINE, action)
            .await
            .map(drop)
    }

    async fn remove_snapshots(&self, vm: &VmId, name: &str) -> Result<(), Error> {
        let action = || format!("remove the snapshots \"{name}\" of the VM {vm}");
        let moref = reference(vm);
        let doing = self.client.get(&moref, &["recentTask"]).await;
        let doing = doing.map_err(self.failed(action()))?;
        let tasks = doing.list("recentTask").iter().filter_map(Value::as_moref);
        join_all(tasks.map(|task| async move {
            let Ok(info) = self.client.get(task, &["info"]).await else {
                // Ended tasks are forgotten after a while.
                return;
            };
            if info.str_at("info.descriptionId") != Some("VirtualMachine.clone") {
                // However it ends, what is there then is looked at.
                let _ = self.client.wait_task(task).await;
            }
        }))
        .await;
        let Some(object) = self.read(&moref).await? else {
            return Ok(());
        };
        for snapshot in snapshots::named(&object, name) {
            match self
                .run(
                    &snapshot,
                    "RemoveSnapshot_Task",
                    snapshots::removal(),
                    SNAPSHOT_DEADLINE,
                    action,
                )
                .await
            {
                Err(error) if is_gone(&error) => {}
                result => drop(result?),
            }
        }
        Ok(())
    }

    async fn add_disks(&self, vm: &VmId, wanted: &[NewDisk]) -> Result<(), Error> {
        let action = || format!("add {} disks to the VM {vm}", wanted.len());
        let refused = |source: String| Error::Operation {
            platform: self.platform.clone(),
            action: action(),
            source: source.into(),
        };
        let moref = reference(vm);
        let object = self.read(&moref).await?;
        let object = object.ok_or_else(|| refused("the VM is gone".to_owned()))?;
        let spec = disks::addition(&object, wanted).map_err(refused)?;
        let args = vec![("spec", spec)];
        self.run(&moref, "ReconfigVM_Task", args, TASK_DEADLINE, action)
            .await
            .map(drop)
    }

    async fn delete(&self, vm: &VmId) -> Result<(), Error> {
        let action = || format!("delete the VM {vm}");
        let moref = reference(vm);
        let now = match self.client.get(&moref, &["runtime.powerState"]).await {
            Ok(now) => now,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(self.failed(action())(error)),
        };
        if now.get("runtime.powerState").and_then(hardware::power) != Some(Power::Off) {
            self.run(&moref, "PowerOffVM_Task", vec![], TASK_DEADLINE, action)
                .await?;
        }
        match self.run(&moref, "Destroy_Task", vec![], TASK_DEADLINE, action).await {
            Err(error) if is_gone(&error) => Ok(()),
            result => result.map(drop),
        }
    }

    async fn owned_by(&self, run: &str) -> Result<Vec<SourceVm>, Error> {
        let vms = self.client.list("VirtualMachine", &["config.annotation"]).await;
        let vms = vms.map_err(self.failed(format!("list the VMs of the run {run}")))?;
        let mut owned = Vec::new();
        for vm in vms
            .iter()
            .filter(|vm| is_marked(vm.str_at("config.annotation").unwrap_or_default(), run))
        {
            if let Some(vm) = self.read(&vm.moref).await? {
                owned.push(self.describe_object(&vm).await?);
            }
        }
        Ok(owned)
    }

    async fn wait_for_clones(&self) -> Result<(), Error> {
        let doing = || self.failed("wait for clones that are being made".to_owned());
        let vms = self.client.list("VirtualMachine", &["recentTask"]).await;
        let vms = vms.map_err(doing())?;
        let tasks = vms.iter().flat_map(|vm| vm.list("recentTask"));
        let waits = tasks.filter_map(Value::as_moref).map(|task| async move {
            let info = self.client.get(task, &["info"]).await?;
            match info.str_at("info.descriptionId") {
                Some("VirtualMachine.clone") => self.client.wait_task(task).await.map(drop),
                _ => Ok(()),
            }
        });
        for waited in join_all(waits).await {
            match waited {
                // Ended tasks are forgotten after a while.
                Err(error) if !error.is_not_found() => return Err(doing()(error)),
                _ => {}
            }
        }
        Ok(())
    }

    async fn disconnect(&self) {
        if let Err(error) = self.client.logout().await {
            tracing::debug!(platform = self.platform, %error, "the session was not ended");
        }
    }
}

/// Whether an operation failed because the VM or the snapshot is gone.
fn is_gone(error: &Error) -> bool {
    let Error::Operation { source, .. } = error else {
        return false;
    };
    source
        .downcast_ref::<vim25::Error>()
        .is_some_and(vim25::Error::is_not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_line_of_its_own() {
        assert!(is_marked("golden image\nmtv-bdd.io/run=a1b2", "a1b2"));
        assert!(!is_marked("mtv-bdd.io/run=a1b2c3", "a1b2"));
        assert!(!is_marked("not mtv-bdd.io/run=a1b2", "a1b2"));
    }
}
