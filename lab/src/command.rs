//! The command line of the lab, shared by `mtv-bdd lab` and `mtv-lab`.

use std::path::PathBuf;

use clap::Args;
use sim_clock::Speed;
use source_sim::SourceSim;

use crate::{Controller, Error, Lab, LabOptions};

/// Starts the simulated lab in the foreground and runs it until Ctrl-C.
///
/// The lab writes three files into its folder: `kubeconfig`, `providers.json` and `settings.toml`. Use the first with
/// kubectl, and the last with `mtv-bdd run --profile`.
#[derive(Debug, Args)]
pub struct LabCommand {
    /// Folder for the three files
    #[arg(long, value_name = "DIR", default_value = ".lab")]
    pub folder: PathBuf,

    /// How much faster than real time: a number, or `max`
    #[arg(long, value_name = "FACTOR", default_value = "60", value_parser = real_speed)]
    pub speed: Speed,

    /// Loopback port of the API server; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,

    /// Use the API server of this kubeconfig instead of the simulated one
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// Which controllers run
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "core,cdi,kubevirt,openshift,forklift"
    )]
    pub controllers: Vec<Controller>,
}

impl LabCommand {
    /// Starts the lab, prints its address and files, and returns after Ctrl-C or SIGTERM.
    pub async fn run(self) -> Result<(), Error> {
        println!("starting the simulated lab in {}", self.folder.display());
        let mut lab = Lab::start(LabOptions {
            folder: self.folder,
            speed: self.speed,
            port: self.port,
            kubeconfig: self.kubeconfig,
            controllers: self.controllers,
        })
        .await?;
        print!("{}", introduction(&lab));
        let broken = tokio::select! {
            biased;
            () = interrupted() => None,
            error = lab.broken() => Some(error),
        };
        lab.stop().await;
        broken.map_or(Ok(()), Err)
    }
}

/// A speed for a lab that other processes use. Virtual time cannot wait for them.
fn real_speed(text: &str) -> Result<Speed, String> {
    match text.parse()? {
        Speed::Virtual => {
            Err("virtual time is for the lab that a run starts itself; give a number, or 'max'".to_owned())
        }
        speed => Ok(speed),
    }
}

fn introduction(lab: &Lab) -> String {
    let folder = std::path::absolute(lab.folder()).unwrap_or_else(|_| lab.folder().into());
    let platform = |simulator: &dyn SourceSim| {
        let product = simulator.platform().product;
        let (address, user) = (simulator.address(), simulator.user());
        format!("  {product:11}  {address}\n  user         {user} (password in providers.json)\n")
    };
    format!(
        "\
the simulated lab is running; it ends with Ctrl-C, forgets everything and removes its three files

  folder       {folder}
  API server   {server}
{platforms}
look around  kubectl --kubeconfig {folder}/kubeconfig get providers,plans -A
run on it    mtv-bdd run --profile {folder}/settings.toml
",
        folder = folder.display(),
        server = lab.server(),
        platforms = lab.platforms().iter().map(platform).collect::<String>(),
    )
}

/// Returns at Ctrl-C or SIGTERM; never returns if the signal handlers cannot be installed, and the signal then ends the
/// process.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
