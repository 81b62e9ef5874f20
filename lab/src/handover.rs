//! The three files that the lab writes for its users, the same ones that a real cluster needs: `kubeconfig`,
//! `providers.json`, `settings.toml`.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde_json::Value;
use sim_clock::Speed;

/// Name of the cluster, the user and the context in the kubeconfig.
pub const CONTEXT: &str = "mtv-lab";

/// Names of the three files.
pub const FILES: [&str; 3] = ["kubeconfig", "providers.json", "settings.toml"];

/// Content of the three files.
pub struct Handover<'a> {
    /// Kubeconfig of the API server.
    pub kubeconfig: &'a str,
    /// URL of Forklift's inventory.
    pub inventory: Option<&'a str>,
    /// Clock speed as a multiple of real time.
    pub speed: Speed,
    /// Source providers by key of the providers file.
    pub providers: Value,
}

impl Handover<'_> {
    /// Writes the three files into `folder`, readable only by their owner.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let [kubeconfig, providers, settings] = FILES.map(|name| folder.join(name));
        private(&kubeconfig, self.kubeconfig)?;
        private(&providers, &pretty(&self.providers))?;
        private(&settings, &self.settings())
    }

    fn settings(&self) -> String {
        let mut target = toml::Table::new();
        let mut set = |key: &str, value: toml::Value| target.insert(key.to_owned(), value);
        set("name", "simulated lab".into());
        set("simulated", true.into());
        set("kubeconfig", "kubeconfig".into());
        set("providers_file", "providers.json".into());
        set("speed", self.speed.to_string().into());
        set("storage_class", "lab-block".into());
        set("mtv_namespace", "openshift-mtv".into());
        if let Some(inventory) = self.inventory {
            set("inventory_url", inventory.into());
        }
        let mut settings = toml::Table::new();
        settings.insert("target".to_owned(), target.into());
        format!("# Written by mtv-lab: how a run reaches this lab. Use it with --profile.\n\n{settings}")
    }
}

/// Removes the three files. Failures are ignored: a leftover file refers to a server that no longer answers.
pub fn remove(folder: &Path) {
    for name in FILES {
        if let Err(error) = std::fs::remove_file(folder.join(name)) {
            tracing::debug!(name, %error, "it was not removed");
        }
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::*;

    fn written() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let handover = Handover {
            kubeconfig: "current-context: mtv-lab",
            inventory: Some("https://127.0.0.1:8443"),
            speed: Speed::Max,
            providers: json!({"vsphere": {"type": "vsphere"}}),
        };
        handover.write(folder.path()).unwrap();
        folder
    }

    #[test]
    fn the_kubeconfig_is_what_kube_reads() {
        let folder = written();
        let config = kube::config::Kubeconfig::read_from(folder.path().join("kubeconfig")).unwrap();
        assert_eq!(config.current_context.as_deref(), Some(CONTEXT));
    }

    #[test]
    fn the_settings_are_toml() {
        let folder = written();
        let text = std::fs::read_to_string(folder.path().join("settings.toml")).unwrap();
        let settings: toml::Table = text.parse().unwrap();
        assert_eq!(settings["target"]["speed"].as_str(), Some("max"));
        assert_eq!(
            settings["target"]["inventory_url"].as_str(),
            Some("https://127.0.0.1:8443")
        );
    }

    #[test]
    fn the_files_are_readable_only_by_their_owner() {
        let folder = written();
        for name in FILES {
            let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
