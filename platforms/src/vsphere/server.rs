//! The simulated vCenter as the lab starts it.

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

/// How the vCenter is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Loopback port; 0: any that is free.
    pub port: u16,
    /// Password of the administrator; none: a new one.
    pub password: Option<String>,
}

/// What can go wrong when it starts.
#[derive(Debug, Error)]
pub enum Error {
    /// No HTTPS.
    #[error("could not start the simulated vCenter")]
    Https(#[from] loopback_https::Error),
}

/// A simulated vCenter. It stops when dropped or stopped.
pub struct Vcenter {
    server: Server,
    simulator: Arc<Simulator>,
}

impl Vcenter {
    /// Starts it with the usual population.
    pub async fn start(authority: &Authority, clock: Clock, options: Options) -> Result<Self, Error> {
        let generated = || {
            std::iter::repeat_with(fastrand::alphanumeric)
                .take(PASSWORD_LENGTH)
                .collect()
        };
        let password = options.password.unwrap_or_else(generated);
        let simulator = Arc::new(Simulator::new(population::stocked(), clock, USER.to_owned(), password));
        let soap = Router::new()
            .route("/sdk", post(sdk))
            .route("/sdk/", post(sdk))
            .route("/sdk/vimServiceVersions.xml", get(versions))
            .with_state(Arc::clone(&simulator));
        let router = soap.merge(rest::router(Arc::clone(&simulator)));
        let server = Server::start(authority, "mtv-lab vCenter", options.port, router).await?;
        Ok(Self { server, simulator })
    }

    /// `https://127.0.0.1:PORT/sdk`
    pub fn url(&self) -> String {
        format!("{}/sdk", self.server.url())
    }

    /// The administrator.
    pub fn user(&self) -> &str {
        &self.simulator.user
    }

    /// The administrator's password.
    pub fn password(&self) -> &str {
        &self.simulator.password
    }

    /// Ends all sessions, as a restart of the vCenter's services would.
    pub fn end_sessions(&self) {
        self.simulator.with(|state| {
            state.sessions.clear();
            state.rest_sessions.clear();
            state.touch();
        });
    }

    /// What it holds: VMs with power, notes, hardware and snapshots. For comparing before and after.
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

    /// Stops it.
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

/// Key of the session in the cookie.
fn session_key(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, key) = pairs.find(|(name, _)| *name == SESSION_COOKIE)?;
    Some(key.trim_matches('"').to_owned())
}
