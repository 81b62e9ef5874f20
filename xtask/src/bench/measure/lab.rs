//! A lab in a process of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::suite;
use crate::bench::row::Subject;

/// Time for a lab to start.
const START: Duration = Duration::from_secs(60);

/// A running lab; it is killed on drop.
pub struct Lab {
    child: Child,
    folder: PathBuf,
}

impl Lab {
    /// Starts the lab of a build, with further options of `mtv-bdd lab`.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(subject: &Subject<'_>, options: &[&str]) -> Result<Self> {
        let folder = subject.folder.join("lab");
        let path = folder.display().to_string();
        let output = subject.folder.join("lab.txt");
        let file = File::create(&output).context("could not create the file for the lab's output")?;
        let errors = file
            .try_clone()
            .context("could not open the file for the lab's output")?;
        let mut arguments = vec!["lab", "--folder", &path];
        arguments.extend(options);
        let child = suite::command(subject, &arguments)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .context("could not start the lab")?;
        let mut lab = Self { child, folder };
        let deadline = Instant::now() + START;
        loop {
            let said = fs::read_to_string(&output).unwrap_or_default();
            if said.contains("is running") {
                return Ok(lab);
            }
            if lab.child.try_wait().context("could not look at the lab")?.is_some() || Instant::now() > deadline {
                bail!("the lab did not start:\n{said}");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The settings file for `--profile`.
    pub fn profile(&self) -> PathBuf {
        self.folder.join("settings.toml")
    }

    /// Address of the Kubernetes API and the administrator's token.
    ///
    /// # Errors
    /// The kubeconfig has neither.
    pub fn api(&self) -> Result<(String, String)> {
        let config = json(&self.folder.join("kubeconfig"))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let server = text(&config["clusters"][0]["cluster"]["server"]);
        let token = text(&config["users"][0]["user"]["token"]);
        server
            .zip(token)
            .context("the kubeconfig of the lab has no address or token")
    }

    /// Address, user and password of the simulated vCenter.
    ///
    /// # Errors
    /// The providers file has none.
    pub fn vcenter(&self) -> Result<(String, String, String)> {
        let providers = json(&self.folder.join("providers.json"))?;
        let field = |name: &str| providers["vsphere"][name].as_str().map(str::to_owned);
        let found = field("api_url").zip(field("username")).zip(field("password"));
        let ((url, user), password) = found.context("the providers file of the lab has no vCenter")?;
        Ok((url, user, password))
    }

    /// Writes the settings of a lab whose Kubernetes API is at another address; returns the settings file.
    ///
    /// # Errors
    /// Files cannot be read or written.
    pub fn profile_at(&self, server: &str, folder: &Path) -> Result<PathBuf> {
        fs::create_dir_all(folder).context("could not create a folder for settings")?;
        for file in ["settings.toml", "providers.json"] {
            fs::copy(self.folder.join(file), folder.join(file)).with_context(|| format!("could not copy {file}"))?;
        }
        let mut config = json(&self.folder.join("kubeconfig"))?;
        config["clusters"][0]["cluster"]["server"] = server.into();
        fs::write(folder.join("kubeconfig"), config.to_string()).context("could not write a kubeconfig")?;
        Ok(folder.join("settings.toml"))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}
