//! kube-apiserver with etcd, in processes of their own.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::runtime::Runtime;

use super::{client::Client, load};
use crate::bench::{peer::Peer, row::Values};

const TOKEN: &str = "benchmark";

/// Looks at a server that is starting, and the time between them.
const LOOKS: (usize, Duration) = (300, Duration::from_millis(200));

pub static KUBE_APISERVER: Peer = Peer {
    name: "kube-apiserver and etcd",
    variables: &["KUBE_APISERVER", "ETCD"],
    obtain: "`setup-envtest use -p path` (sigs.k8s.io/controller-runtime/tools/setup-envtest) prints a folder with both",
    measure,
};

/// A process that is killed on drop.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(binaries: &[PathBuf], folder: &Path) -> Result<Values> {
    let [apiserver, etcd] = binaries else {
        bail!("two binaries are needed");
    };
    let [clients, peers, secure] = [free_port()?, free_port()?, free_port()?];
    let address = |port: u16| format!("http://127.0.0.1:{port}");
    let mut command = Command::new(etcd);
    command.arg("--data-dir").arg(folder.join("etcd")).args([
        format!("--listen-client-urls={}", address(clients)),
        format!("--advertise-client-urls={}", address(clients)),
        format!("--listen-peer-urls={}", address(peers)),
        format!("--initial-advertise-peer-urls={}", address(peers)),
        format!("--initial-cluster=default={}", address(peers)),
    ]);
    let etcd = start(&mut command, &folder.join("etcd.txt"))?;
    let mut command = Command::new(apiserver);
    command.args(arguments(folder, &address(clients), secure)?);
    let apiserver = start(&mut command, &folder.join("apiserver.txt"))?;
    let runtime = Runtime::new().context("could not start the runtime")?;
    runtime.block_on(async {
        let client = Client::new(format!("https://127.0.0.1:{secure}"), TOKEN.to_owned())?;
        let (looks, pause) = LOOKS;
        for _ in 0..looks {
            if client.is_ready().await {
                return load::run(&client, &[apiserver.0.id(), etcd.0.id()]).await;
            }
            tokio::time::sleep(pause).await;
        }
        let said = fs::read_to_string(folder.join("apiserver.txt")).unwrap_or_default();
        let end: Vec<_> = said.lines().rev().take(5).collect();
        bail!("kube-apiserver is not ready:\n{}", end.join("\n"))
    })
}

fn arguments(folder: &Path, etcd: &str, port: u16) -> Result<Vec<String>> {
    let tokens = folder.join("tokens.csv");
    fs::write(&tokens, format!("{TOKEN},admin,admin,\"system:masters\"\n")).context("could not write a token file")?;
    let key = folder.join("accounts.pem");
    let made = Command::new("openssl")
        .args([
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
        ])
        .arg(&key)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        bail!("could not make a key for service accounts; openssl is needed");
    }
    let (tokens, key, certificates) = (tokens.display(), key.display(), folder.join("certificates"));
    Ok(vec![
        format!("--etcd-servers={etcd}"),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={port}"),
        format!("--cert-dir={}", certificates.display()),
        format!("--token-auth-file={tokens}"),
        "--authorization-mode=RBAC".to_owned(),
        "--service-account-issuer=https://127.0.0.1".to_owned(),
        format!("--service-account-key-file={key}"),
        format!("--service-account-signing-key-file={key}"),
        "--disable-admission-plugins=ServiceAccount".to_owned(),
    ])
}

fn start(command: &mut Command, output: &Path) -> Result<Killed> {
    let program = command.get_program().to_string_lossy().into_owned();
    let file = File::create(output).context("could not create a file for the output of a peer")?;
    let errors = file
        .try_clone()
        .context("could not open the file for the output of a peer")?;
    let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
    Ok(Killed(child.with_context(|| format!("could not start {program}"))?))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("there is no free port")?;
    Ok(listener.local_addr().context("there is no free port")?.port())
}
