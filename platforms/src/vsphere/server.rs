//! The public handle of a simulated vCenter: options, start, address, credentials, stop.

use std::sync::Arc;

use axum::{
    Router,
    extract::State as Shared,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use loopback_https::{Authority, Server};
use serde_json::json;
use sim_clock::Clock;
use thiserror::Error;
use vim25::soap;

use super::{dispatch, population, rest, service, state::Simulator};

const USER: &str = "administrator@vsphere.local";
const SESSION_COOKIE: &str = "vmware_soap_session";
const PASSWORD_LENGTH: usize = 16;

/// Settings of a simulated vCenter.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Loopback port; 0 selects a free port.
    pub port: u16,
    /// Password of the administrator; `None` generates one.
    pub password: Option<String>,
}

/// Errors of starting a simulated vCenter.
#[derive(Debug, Error)]
pub enum Error {
    /// The HTTPS server did not start.
    #[error("could not start the simulated vCenter")]
    Https(#[from] loopback_https::Error),
}

/// A running simulated vCenter. It stops on [`stop`](Self::stop) and on drop.
pub struct Vcenter {
    server: Server,
    simulator: Arc<Simulator>,
}

impl Vcenter {
    /// Starts a simulated vCenter with the initial inventory.
    pub async fn start(authority: &Authority, clock: Clock, options: Options) -> Result<Self, Error> {
        let generated = || {
            std::iter::repeat_with(fastrand::alphanumeric)
                .take(PASSWORD_LENGTH)
                .collect()
        };
        let password = options.password.unwrap_or_else(generated);
        let simulator = Arc::new(Simulator::new(
            population::initial_inventory(),
            clock,
            USER.to_owned(),
            password,
        ));
        let soap = Router::new()
            .route("/sdk", post(sdk))
            .route("/sdk/", post(sdk))
            .route("/sdk/vimServiceVersions.xml", get(versions))
            .with_state(Arc::clone(&simulator));
        let router = soap.merge(rest::router(Arc::clone(&simulator)));
        let server = Server::start(authority, "mtv-lab vCenter", options.port, router).await?;
        Ok(Self { server, simulator })
    }

    /// URL of the SOAP API: `https://127.0.0.1:PORT/sdk`.
    pub fn url(&self) -> String {
        format!("{}/sdk", self.server.url())
    }

    /// User name of the administrator.
    pub fn user(&self) -> &str {
        &self.simulator.user
    }

    /// Password of the administrator.
    pub fn password(&self) -> &str {
        &self.simulator.password
    }

    /// Ends all sessions, as a restart of the vCenter services does.
    pub fn end_sessions(&self) {
        self.simulator.with(|state| {
            state.sessions.clear();
            state.rest_sessions.clear();
            state.touch();
        });
        sim_clock::changed();
    }

    /// Returns the state of all VMs (power, notes, hardware, snapshots), to compare it before and after an operation.
    pub fn state(&self) -> serde_json::Value {
        self.simulator.with(|state| {
            let vms = state.inventory.vms.iter().map(|(id, vm)| {
                let hardware = &vm.hardware;
                let disks = hardware.disks.iter().map(|disk| json!({ "file": disk.file, "datastore": disk.datastore, "bytes": disk.bytes }));
                let nics = hardware.nics.iter().map(|nic| json!({ "mac": nic.mac, "network": nic.network }));
                let snapshots = vm.snapshots.iter().map(|snapshot| snapshot.name.as_str());
                let vm = json!({
                    "name": vm.name,
                    "annotation": vm.annotation,
                    "template": vm.template,
                    "poweredOn": vm.powered_on,
                    "cpus": hardware.cpus,
                    "memoryMB": hardware.memory_mb,
                    "disks": disks.collect::<Vec<_>>(),
                    "nics": nics.collect::<Vec<_>>(),
                    "extraConfig": vm.extra_config.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(),
                    "snapshots": snapshots.collect::<Vec<_>>(),
                });
                (id.clone(), vm)
            });
            json!({ "vms": vms.collect::<serde_json::Map<_, _>>() })
        })
    }

    /// Stops the server.
    pub fn stop(&self) {
        self.simulator.stop.cancel();
        self.server.stop();
    }
}

impl Drop for Vcenter {
    fn drop(&mut self) {
        self.simulator.stop.cancel();
    }
}

async fn versions() -> Response {
    ([("content-type", soap::CONTENT_TYPE)], service::versions_document()).into_response()
}

async fn sdk(Shared(simulator): Shared<Arc<Simulator>>, headers: HeaderMap, body: String) -> Response {
    let session = session_key(&headers);
    let answer = dispatch::answer(&simulator, session.as_deref(), &body).await;
    let status = if answer.is_fault {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    };
    let mut response = (status, [("content-type", soap::CONTENT_TYPE)], answer.envelope).into_response();
    if let Some(key) = answer.session
        && let Ok(cookie) = format!("{SESSION_COOKIE}=\"{key}\"; Path=/; HttpOnly; Secure;").parse()
    {
        response.headers_mut().insert("set-cookie", cookie);
    }
    response
}

/// Session key in the cookie.
fn session_key(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, key) = pairs.find(|(name, _)| *name == SESSION_COOKIE)?;
    Some(key.trim_matches('"').to_owned())
}
