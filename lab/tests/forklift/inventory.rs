//! The inventory over HTTPS, as clients find it through its Route.

use forklift_api::{forklift::Provider, openshift::Route};
use kube::{Api, ResourceExt};
use reqwest::{Response, StatusCode};
use serde_json::Value as Json;
use sim_net::{HttpClient, Trust};
use vim25::Value;

use crate::world::{NAMESPACE, World, in_virtual_time};

struct Inventory {
    http: HttpClient,
    url: String,
    token: String,
}

impl Inventory {
    async fn of(world: &World) -> Self {
        let routes: Api<Route> = world.api(NAMESPACE);
        let host = routes.get("forklift-inventory").await.unwrap().spec.host.unwrap();
        let tls = sim_net::client_config(Trust::Authorities(world.authority.pem().as_bytes())).unwrap();
        Self {
            http: HttpClient::new(reqwest::Client::builder().no_proxy(), Some(tls)).unwrap(),
            url: format!("https://{host}"),
            token: world.token.clone(),
        }
    }

    async fn answer(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}/{path}", self.url)).bearer_auth(&self.token);
        self.http.send(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Json {
        let answer = self.answer(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }
}

/// Waits until the inventory of the Provider `vcenter` has this VM.
pub async fn lists(world: &World, vm: &str) {
    let provider = world.api::<Provider>(NAMESPACE).get("vcenter").await.unwrap();
    let inventory = Inventory::of(world).await;
    let path = format!("providers/vsphere/{}/vms?name={vm}", provider.uid().unwrap());
    let is_listed = async || inventory.get(&path).await.as_array().unwrap().len() == 1;
    world.becomes(&format!("the inventory lists '{vm}'"), is_listed).await;
}

#[test]
fn the_inventory_shows_what_the_vcenter_has() {
    in_virtual_time(shows_what_the_vcenter_has());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inventory_shows_what_the_vcenter_has_over_https_in_scaled_time() {
    shows_what_the_vcenter_has().await;
}

async fn shows_what_the_vcenter_has() {
    let world = World::start().await;
    let provider = world.ready_provider().await;
    let inventory = Inventory::of(&world).await;
    let base = format!("providers/vsphere/{}", provider.uid().unwrap());

    let providers = inventory.get("providers?detail=1").await;
    assert_eq!(providers["vsphere"][0]["product"], "VMware vCenter Server");
    assert_eq!(providers["openshift"][0]["name"], "host");
    assert!(providers.get("nutanix").is_none());

    let vms = inventory.get(&format!("{base}/vms?name=mtv-tests-rhel8")).await;
    let vm = &vms[0];
    assert_eq!(vms.as_array().unwrap().len(), 1);
    assert_eq!(vm["path"], "/DC0/vm/mtv-tests-rhel8");
    assert_eq!((&vm["cpuCount"], &vm["memoryMB"]), (&4.into(), &2048.into()));
    assert_eq!(vm["disks"][0]["capacity"], 16_i64 << 30);
    assert_eq!(vm["nics"].as_array().unwrap().len(), 3);
    assert_eq!(vm["selfLink"], format!("{base}/vms/{}", vm["id"].as_str().unwrap()));
    assert_eq!(
        inventory.get(vm["selfLink"].as_str().unwrap()).await["name"],
        "mtv-tests-rhel8"
    );

    let networks = inventory.get(&format!("{base}/networks")).await;
    let names: Vec<&str> = networks
        .as_array()
        .unwrap()
        .iter()
        .map(|network| network["name"].as_str().unwrap())
        .collect();
    for name in ["VM Network", "VM Test Network", "cnv-test"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(networks[0].get("vlanId").is_none(), "the base only");
    let datastores = inventory.get(&format!("{base}/datastores?detail=all")).await;
    assert!(datastores[0]["capacity"].as_i64().unwrap() > 0);
}

#[test]
fn a_new_vm_appears_by_itself() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        let client = world.session().await;
        let object = world.vm(&client, "mtv-tests-rhel8").await;
        let folder = client
            .get(&object, &["parent"])
            .await
            .unwrap()
            .moref_at("parent")
            .cloned()
            .unwrap();
        let spec = Value::data("VirtualMachineCloneSpec")
            .with("location", Value::data("VirtualMachineRelocateSpec"))
            .with("powerOn", false)
            .with("template", false);
        let arguments = vec![("folder", folder.into()), ("name", "clone".into()), ("spec", spec)];
        client.run_task(&object, "CloneVM_Task", arguments).await.unwrap();
        lists(&world, "clone").await;
    });
}

#[test]
fn refusals_have_empty_bodies() {
    in_virtual_time(async {
        let world = World::start().await;
        let provider = world.ready_provider().await;
        let mut inventory = Inventory::of(&world).await;
        let base = format!("providers/vsphere/{}", provider.uid().unwrap());
        for (path, status) in [
            (format!("{base}/vms?detail=bad"), StatusCode::BAD_REQUEST),
            (format!("{base}/vms/vm-nope"), StatusCode::NOT_FOUND),
        ] {
            let answer = inventory.answer(&path).await;
            assert_eq!(answer.status(), status, "{path}");
            assert!(answer.headers().get("X-Reason").is_none());
            assert_eq!(answer.text().await.unwrap(), "", "{path}");
        }
        inventory.token = "nobody".into();
        assert_eq!(
            inventory.answer(&format!("{base}/vms")).await.status(),
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(inventory.answer("providers").await.status(), StatusCode::UNAUTHORIZED);
        let unknown = inventory.answer("providers/vsphere/nope/vms").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND, "before anybody asks who it is");
        assert_eq!(unknown.headers()["X-Reason"], "ProviderNotFound");
        let page = inventory.answer("nope").await;
        assert_eq!(
            (page.status(), page.text().await.unwrap().as_str()),
            (StatusCode::NOT_FOUND, "404 page not found")
        );
    });
}

#[test]
fn the_cluster_is_read_live() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        let inventory = Inventory::of(&world).await;
        let providers = inventory.get("providers/openshift").await;
        let base = providers[0]["selfLink"].as_str().unwrap().to_owned();
        let classes = inventory
            .get(&format!("{base}/storageclasses?name=lab-block&detail=1"))
            .await;
        assert_eq!(classes[0]["object"]["provisioner"], "lab.csi.mtv-bdd.io");
        world.target_namespace().await;
        let namespaces = inventory.get(&format!("{base}/namespaces?name=target")).await;
        assert_eq!(namespaces[0]["name"], "target");
        let uid = classes[0]["uid"].as_str().unwrap();
        let one = inventory.answer(&format!("{base}/storageclasses/{uid}")).await;
        assert_eq!(one.status(), StatusCode::NOT_FOUND, "a bug of the real one");
    });
}
