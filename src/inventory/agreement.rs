//! Waits until the inventory shows a VM as it is on its platform.

use std::time::Duration;

use super::{Error, Inventory, InventoryVm};
use crate::cluster::Cluster;
use crate::source::SourceVm;

/// Between two looks, as stated: Forklift's collector learns of changes by events, so a look costs more than it brings
/// when it comes too often.
const PAUSE: Duration = Duration::from_secs(2);

/// The inventory's view of `source`, as soon as MAC addresses and disks agree with the platform.
pub async fn wait_for(
    cluster: &Cluster,
    inventory: &dyn Inventory,
    source: &SourceVm,
    at_most: Duration,
) -> Result<InventoryVm, Error> {
    let deadline = tokio::time::Instant::now() + cluster.clock.deadline(at_most);
    loop {
        let state = match inventory.vm(&source.name).await {
            Ok(Some(vm)) => match vm.disagreements(source).as_slice() {
                [] => return Ok(vm),
                disagreements => format!("it shows {}", disagreements.join(", and ")),
            },
            Ok(None) => "it does not show the VM".to_owned(),
            Err(error) if error.is_passing() => error.to_string(),
            Err(error) => return Err(error),
        };
        let pause = tokio::time::Instant::now() + cluster.clock.stated(PAUSE);
        tokio::select! {
            () = cluster.cancel.cancelled() => return Err(Error::Cancelled { vm: source.name.clone() }),
            () = tokio::time::sleep_until(pause.min(deadline)) => {}
        }
        if tokio::time::Instant::now() >= deadline {
            return Err(Error::Disagrees {
                vm: source.name.clone(),
                deadline: cluster.clock.describe(at_most),
                state,
            });
        }
    }
}
