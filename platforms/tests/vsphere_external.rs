//! Tests of the simulated vCenter with third-party clients. A test is skipped, with a message, if its client is not
//! installed.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helping functions too"
)]

use std::{ffi::OsStr, path::Path, process::Stdio};

use loopback_https::Authority;
use sim_clock::{Clock, Speed};
use source_sim::vsphere::{self, Vcenter};
use tokio::process::Command;

#[path = "../../tests/skipped/mod.rs"]
mod skipped;

use skipped::skipped;

async fn vcenter() -> (Vcenter, Authority) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Authority::new("test CA").unwrap();
    let clock = Clock::new(Speed::Max);
    (
        Vcenter::start(&authority, clock, vsphere::Options::default())
            .await
            .unwrap(),
        authority,
    )
}

async fn is_installed(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    let status = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    status.is_ok_and(|status| status.success())
}

async fn assert_success(command: &mut Command) {
    let output = command.output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external").join(name)
}

#[tokio::test]
async fn govc_commands_succeed() {
    let govc = std::env::var_os("GOVC").unwrap_or_else(|| "govc".into());
    if !is_installed(&govc, &["version"]).await {
        skipped("govc", "put it on the PATH or name it in GOVC");
        return;
    }
    let (vcenter, authority) = vcenter().await;
    let before = vcenter.state();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    let mut command = Command::new("bash");
    command
        .arg(script("govc.sh"))
        .env("GOVC", &govc)
        .env("GOVC_URL", vcenter.url())
        .env("GOVC_USERNAME", vcenter.user())
        .env("GOVC_PASSWORD", vcenter.password())
        .env("GOVC_TLS_CA_CERTS", &ca)
        .env("GOVC_PERSIST_SESSION", "false")
        .env("NO_PROXY", "127.0.0.1");
    assert_success(&mut command).await;
    assert_eq!(vcenter.state(), before);
}

#[tokio::test]
async fn pyvmomi_script_succeeds() {
    if !is_installed("python3", &["-c", "import pyVmomi"]).await {
        skipped(
            "pyVmomi",
            "`pip install pyvmomi` provides it to the python3 on the PATH",
        );
        return;
    }
    let (vcenter, _authority) = vcenter().await;
    let before = vcenter.state();
    let url = reqwest::Url::parse(&vcenter.url()).unwrap();
    let mut command = Command::new("python3");
    command
        .arg(script("pyvmomi_client.py"))
        .arg(url.host_str().unwrap())
        .arg(url.port().unwrap().to_string())
        .arg(vcenter.user())
        .arg(vcenter.password())
        .env("NO_PROXY", "127.0.0.1");
    assert_success(&mut command).await;
    assert_eq!(vcenter.state(), before);
}
