//! `CloneVM_Task`.

use std::time::Duration;

use vim25::{Fault, MoRef, Value};

use super::{
    super::{
        fault, identity,
        inventory::{Inventory, Vm},
        state::State,
        tasks::Work,
    },
    power,
    reconfigure::{self, reference_at},
    vm,
};

/// Copy rate in bytes per second of simulated time.
const BYTES_PER_SECOND: f64 = 400e6;
const LEAST: Duration = Duration::from_secs(1);
/// First number for ids of VMs created after the start, above those of the initial inventory.
const FIRST_NUMBER: u32 = 2000;

/// Parsed arguments of a clone request.
#[derive(Clone)]
struct Request {
    source: String,
    folder: MoRef,
    name: String,
    datastore: Option<String>,
    host: Option<String>,
    pool: Option<String>,
    /// Whether to convert disks to thin or thick; `None` keeps their format.
    thin: Option<bool>,
    disks: Vec<DiskPlace>,
    template: bool,
    power_on: bool,
    config: Option<Value>,
}

/// Target location of one disk.
#[derive(Clone)]
struct DiskPlace {
    key: i64,
    datastore: String,
    thin: Option<bool>,
    eager: Option<bool>,
}

/// `CloneVM_Task`.
pub fn work(state: &State, id: &str, args: Value) -> Result<Work, Fault> {
    let request = Request::read(state, id, &args)?;
    let bytes = request.copy(&state.inventory)?.allocated();
    #[expect(clippy::cast_precision_loss, reason = "a duration need not be exact")]
    let duration = Duration::from_secs_f64(bytes as f64 / BYTES_PER_SECOND).max(LEAST);
    let checked = request.clone();
    Ok(Work {
        entity: Vm::moref(id),
        method: "CloneVM_Task",
        duration,
        check: Box::new(move |state| checked.check(&state.inventory)),
        apply: Box::new(move |state, simulator| {
            let mut clone = request.copy(&state.inventory)?;
            let id = format!("vm-{}", FIRST_NUMBER + state.inventory.next_number("vm"));
            let identified = format!("{}/{id}", clone.name);
            clone.uuid = identity::bios_uuid(&identified);
            clone.instance_uuid = identity::instance_uuid(&identified);
            for nic in clone
                .hardware
                .nics
                .iter_mut()
                .filter(|nic| nic.address_type != "manual")
            {
                nic.mac = state.inventory.next_mac();
            }
            if let Some(config) = &request.config {
                reconfigure::apply(&mut state.inventory, &mut clone, config)?;
            }
            if request.power_on {
                power::power_on(simulator, &mut clone, &id);
            }
            state.inventory.put_vm(id.clone(), clone);
            Ok(Some(Vm::moref(&id).into()))
        }),
    })
}

impl Request {
    fn read(state: &State, source: &str, args: &Value) -> Result<Self, Fault> {
        let inventory = &state.inventory;
        let spec = args.get("spec").ok_or_else(|| fault::invalid_argument("spec"))?;
        let location = spec
            .get("location")
            .ok_or_else(|| fault::invalid_argument("spec.location"))?;
        let folder =
            reference_at(inventory, args, "folder", "Folder")?.ok_or_else(|| fault::invalid_argument("folder"))?;
        let name = args
            .str_at("name")
            .filter(|name| !name.is_empty())
            .ok_or_else(|| fault::invalid_argument("name"))?;
        let mut disks = Vec::new();
        for disk in location.list("disk") {
            let place = reference_at(inventory, disk, "datastore", "Datastore")?;
            disks.push(DiskPlace {
                key: disk
                    .i64_at("diskId")
                    .ok_or_else(|| fault::invalid_argument("spec.location.disk.diskId"))?,
                datastore: place
                    .ok_or_else(|| fault::invalid_argument("spec.location.disk.datastore"))?
                    .id,
                thin: disk.bool_at("diskBackingInfo.thinProvisioned"),
                eager: disk.bool_at("diskBackingInfo.eagerlyScrub"),
            });
        }
        let thin = match location.str_at("transform") {
            None => None,
            Some("sparse") => Some(true),
            Some("flat") => Some(false),
            Some(_) => return Err(fault::invalid_argument("spec.location.transform")),
        };
        let place = |path: &str, kind: &str| Ok(reference_at(inventory, location, path, kind)?.map(|moref| moref.id));
        Ok(Self {
            source: source.to_owned(),
            folder,
            name: name.to_owned(),
            datastore: place("datastore", "Datastore")?,
            host: place("host", "HostSystem")?,
            pool: place("pool", "ResourcePool")?,
            thin,
            disks,
            template: spec.bool_at("template").unwrap_or(false),
            power_on: spec.bool_at("powerOn").unwrap_or(false),
            config: spec.get("config").cloned(),
        })
    }

    fn check(&self, inventory: &Inventory) -> Result<(), Fault> {
        vm(inventory, &self.source)?;
        if let Some(taken) = inventory.children(&self.folder).into_iter().find(|child| {
            inventory
                .name_and_parent(child)
                .is_some_and(|(name, _)| name == self.name)
        }) {
            return Err(fault::duplicate_name(&self.name, &taken));
        }
        if self.template && self.power_on {
            return Err(fault::invalid_argument("spec.powerOn"));
        }
        let copy = self.copy(inventory)?;
        for (id, datastore) in &inventory.datastores {
            let disks = copy.hardware.disks.iter().filter(|disk| disk.datastore == *id);
            if disks.map(|disk| disk.allocated).sum::<i64>() > inventory.free(id) {
                return Err(fault::no_disk_space(&datastore.name));
            }
        }
        Ok(())
    }

    /// Copies the source VM, including its identities.
    fn copy(&self, inventory: &Inventory) -> Result<Vm, Fault> {
        let mut copy = vm(inventory, &self.source)?.clone();
        copy.name.clone_from(&self.name);
        copy.folder = self.folder.clone();
        copy.host = self.host.clone().unwrap_or(copy.host);
        let pool_of_host = || {
            let cluster = &inventory.hosts.get(&copy.host)?.cluster;
            inventory.clusters.get(cluster).map(|cluster| cluster.pool.clone())
        };
        copy.pool = if self.template {
            None
        } else {
            self.pool.clone().or_else(|| copy.pool.clone()).or_else(pool_of_host)
        };
        copy.template = self.template;
        copy.powered_on = false;
        copy.boots = 0;
        copy.boot_time = None;
        copy.guest.running = false;
        copy.snapshots.clear();
        copy.current_snapshot = None;
        copy.revision = 0;
        copy.datastore = self.datastore.clone().unwrap_or(copy.datastore);
        copy.directory = free_directory(inventory, &self.name);
        for (number, disk) in copy.hardware.disks.iter_mut().enumerate() {
            let place = self.disks.iter().find(|place| place.key == i64::from(disk.key));
            disk.datastore = place
                .map(|place| &place.datastore)
                .or(self.datastore.as_ref())
                .unwrap_or(&disk.datastore)
                .clone();
            disk.file = match number {
                0 => format!("{0}/{0}.vmdk", copy.directory),
                more => format!("{0}/{0}_{more}.vmdk", copy.directory),
            };
            disk.parents.clear();
            disk.uuid = identity::disk_uuid(&disk.file);
            if let Some(thin) = place.and_then(|place| place.thin).or(self.thin) {
                disk.thin = thin;
            }
            disk.eager = !disk.thin && place.and_then(|place| place.eager).unwrap_or(disk.eager);
            if !disk.thin {
                disk.allocated = disk.bytes;
            }
        }
        Ok(copy)
    }
}

/// Returns an unused directory: the name, or the name with a number.
fn free_directory(inventory: &Inventory, name: &str) -> String {
    let taken = |directory: &String| inventory.vms.values().any(|vm| vm.directory == *directory);
    let numbered = (1..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|directory| !taken(directory))
        .unwrap_or_default()
}
