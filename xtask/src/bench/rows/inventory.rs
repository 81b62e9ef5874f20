//! Look-ups in a large inventory.

use anyhow::{Context, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::runtime::Runtime;
use vim25::{Client, MoRef, Options, Trust, Value};

use super::super::{
    bound::Bound,
    measure::{counted::Counted, features},
    row::{Effort, Row, Subject, Values, bounded, figure},
    unit::Unit,
};

/// VMs that the source platform gets. What a look-up costs does not depend on it; to clone them takes the lab a time that
/// grows with its square.
const VMS: usize = 1_000;

/// VMs that are looked up.
const FOUND: usize = 100;

/// Clones that are made at the same time.
const AT_A_TIME: usize = 16;

pub const ROW: Row = Row {
    name: "inventory",
    title: "a plan of 100 clones in an inventory of 1,000 VMs, on a lab at full speed",
    effort: Effort::High,
    figures: &[
        bounded("inventory requests per VM", Unit::Count, Bound::at_most(2.0)),
        figure("inventory bytes per VM", Unit::Bytes),
        figure("API requests per VM", Unit::Count),
    ],
    peer: None,
    measure,
};

/// A large inventory takes longer to load than the defaults allow at full speed.
const PATIENCE: &[&str] = &[
    "--set",
    "timeouts.provider_ready=4 hours",
    "--set",
    "timeouts.inventory=4 hours",
];

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let counted = Counted::start(subject, "max")?;
    let (url, user, password) = counted.lab().vcenter()?;
    let options = Options {
        url,
        user,
        password,
        trust: Trust::Insecure,
    };
    let runtime = Runtime::new().context("could not start the runtime")?;
    runtime.block_on(populate(options))?;
    let clones = format!("And {FOUND} clones of the VM \"mtv-tests-rhel8\"");
    let steps = [
        "Given a source provider",
        &clones,
        "And storage and networks are mapped from the inventory",
        "And a cold migration plan",
        "Then the plan is ready",
    ];
    let features = features::write(subject.folder, "cold", 1, &steps)?;
    let counts = counted.run(subject, &features, PATIENCE)?;
    let per_vm = |count: f64| count / FOUND as f64;
    Ok(Values::from([
        ("inventory requests per VM", per_vm(counts.inventory.0)),
        ("inventory bytes per VM", per_vm(counts.inventory.1)),
        ("API requests per VM", per_vm(counts.api.0)),
    ]))
}

/// Clones a VM without disks, which would fill the datastore, until there are enough.
async fn populate(options: Options) -> Result<()> {
    let client = Client::connect(options)
        .await
        .context("could not log in to the simulated vCenter")?;
    let paths = ["name", "parent", "config.hardware.device"];
    let vms = client.list("VirtualMachine", &paths).await?;
    let smallest = vms
        .iter()
        .find(|vm| vm.name() == "mtv-tests-no-tools")
        .context("the simulated vCenter has no VM mtv-tests-no-tools")?;
    let folder = smallest.moref_at("parent").context("the VM is in no folder")?;
    let template = client
        .run_task(&smallest.moref, "CloneVM_Task", arguments(folder, "background"))
        .await?;
    let template = template.as_moref().cloned().context("the clone has no id")?;
    let removals = smallest
        .list("config.hardware.device")
        .iter()
        .filter(|device| device.is("VirtualDisk"));
    let removals: Vec<_> = removals
        .map(|disk| {
            Value::data("VirtualDeviceConfigSpec")
                .with("operation", "remove")
                .with("device", disk.clone())
        })
        .collect();
    let spec = Value::data("VirtualMachineConfigSpec").with("deviceChange", removals);
    client
        .run_task(&template, "ReconfigVM_Task", vec![("spec", spec)])
        .await?;
    let started = stream::iter(vms.len() + 1..VMS).map(|number| {
        let (client, template) = (&client, &template);
        async move {
            let arguments = arguments(folder, &format!("background-{number}"));
            let task = client
                .call(template, "CloneVM_Task", arguments)
                .await
                .context("could not clone a VM")?;
            task.as_moref().cloned().context("the task of a clone has no id")
        }
    });
    let tasks: Vec<MoRef> = started.buffered(AT_A_TIME).try_collect().await?;
    let last = tasks.last().context("no VM was to be cloned")?;
    client.wait_task(last).await?;
    Ok(client.logout().await?)
}

/// Arguments of `CloneVM_Task`.
fn arguments(folder: &MoRef, name: &str) -> Vec<(&'static str, Value)> {
    let spec = Value::data("VirtualMachineCloneSpec")
        .with("location", Value::data("VirtualMachineRelocateSpec"))
        .with("template", false)
        .with("powerOn", false);
    vec![("folder", folder.into()), ("name", name.into()), ("spec", spec)]
}
