//! The inventory over HTTPS, as clients find it through its Route.

use forklift_api::openshift::Route;
use kube::{Api, ResourceExt};
use reqwest::{Certificate, Client, Response, StatusCode};
use serde_json::Value as Json;
use vim25::Value;

use crate::world::{NAMESPACE, World};

struct Inventory {
    http: Client,
    url: String,
    token: String,
}

impl Inventory {
    async fn of(world: &World) -> Self {
        let routes: Api<Route> = world.api(NAMESPACE);
        let host = routes.get("forklift-inventory").await.unwrap().spec.host.unwrap();
        let ca = Certificate::from_pem(world.authority.pem().as_bytes()).unwrap();
        Self {
            http: Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap(),
            url: format!("https://{host}"),
            token: world.token.clone(),
        }
    }

    async fn answer(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}/{path}", self.url)).bearer_auth(&self.token);
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Json {
        let answer = self.answer(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inventory_shows_what_the_vcenter_has() {
    let world = World::start("120").await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_new_vm_appears_by_itself() {
    let world = World::start("120").await;
    let provider = world.ready_provider().await;
    let inventory = Inventory::of(&world).await;
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
    let path = format!("providers/vsphere/{}/vms?name=clone", provider.uid().unwrap());
    for _ in 0..200 {
        if inventory.get(&path).await.as_array().unwrap().len() == 1 {
            return;
        }
        sim_clock::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the inventory never saw the clone");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_empty_bodies() {
    let world = World::start("120").await;
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
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_is_read_live() {
    let world = World::start("120").await;
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
}
