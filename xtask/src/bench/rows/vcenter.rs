//! The simulated vCenter beside vcsim.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::runtime::Runtime;
use vim25::{Client, Options, Trust};

use super::super::{
    bound::Bound,
    measure::lab::Lab,
    peer::Peer,
    row::{Effort, Row, Subject, Values, bounded},
    unit::Unit,
};

/// Requests of each kind.
const REQUESTS: usize = 200;

/// Time for vcsim to start.
const START: Duration = Duration::from_secs(30);

static VCSIM: Peer = Peer {
    name: "vcsim",
    variables: &["VCSIM"],
    obtain: "`go install github.com/vmware/govmomi/vcsim@latest` builds it",
    measure: vcsim,
};

pub const ROW: Row = Row {
    name: "vcenter",
    title: "the simulated vCenter, one client of ours in the benchmark's own debug build",
    effort: Effort::Low,
    figures: &[
        bounded("log-ins", Unit::PerSecond, Bound::None),
        bounded("reads of one VM", Unit::PerSecond, Bound::None),
    ],
    peer: Some(&VCSIM),
    measure,
};

fn measure(subject: &Subject<'_>) -> Result<Values> {
    let lab = Lab::start(subject, &["--speed", "max"])?;
    let (url, user, password) = lab.vcenter()?;
    measured(Options {
        url,
        user,
        password,
        trust: Trust::Insecure,
    })
}

fn measured(options: Options) -> Result<Values> {
    let runtime = Runtime::new().context("could not start the runtime")?;
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..REQUESTS / 10 {
            Client::connect(options.clone()).await?.logout().await?;
        }
        let log_ins = (REQUESTS / 10) as f64 / start.elapsed().as_secs_f64();
        let client = Client::connect(options).await?;
        let vms = client.list("VirtualMachine", &["name"]).await?;
        let vm = vms.first().context("there is no VM")?;
        let start = Instant::now();
        for _ in 0..REQUESTS {
            client.get(&vm.moref, &["name", "config", "runtime.powerState"]).await?;
        }
        let reads = REQUESTS as f64 / start.elapsed().as_secs_f64();
        client.logout().await?;
        Ok(Values::from([("log-ins", log_ins), ("reads of one VM", reads)]))
    })
}

/// A process that is killed on drop.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn vcsim(binaries: &[PathBuf], folder: &Path) -> Result<Values> {
    let path = folder.join("vcsim.txt");
    let output = File::create(&path).context("could not create the file for vcsim's output")?;
    let errors = output
        .try_clone()
        .context("could not open the file for vcsim's output")?;
    let binary = binaries.first().context("no binary")?;
    let process = Command::new(binary)
        .args(["-l", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .context("could not start vcsim")?;
    let _process = Killed(process);
    let deadline = Instant::now() + START;
    let address = loop {
        let said = std::fs::read_to_string(&path).unwrap_or_default();
        if let Some(address) = address(&said) {
            break address;
        }
        if Instant::now() > deadline {
            bail!("vcsim did not start:\n{said}");
        }
        thread::sleep(Duration::from_millis(20));
    };
    measured(Options {
        url: format!("https://{address}/sdk"),
        user: "user".to_owned(),
        password: "pass".to_owned(),
        trust: Trust::Insecure,
    })
}

/// The address in the line `export GOVC_URL=https://user:pass@127.0.0.1:PORT/sdk GOVC_SIM_PID=...`.
fn address(said: &str) -> Option<String> {
    let (_, after) = said.split_once("GOVC_URL=https://")?;
    let (authority, _) = after.split_once("/sdk")?;
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    Some(address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vcsim_says_where_it_listens() {
        let said = "export GOVC_URL=https://user:pass@127.0.0.1:34567/sdk GOVC_SIM_PID=12\n";
        assert_eq!(address(said).as_deref(), Some("127.0.0.1:34567"));
        assert_eq!(address("export"), None);
    }
}
