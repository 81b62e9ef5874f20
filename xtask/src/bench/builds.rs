//! The builds that are measured: binaries given by options, or those of the workspace.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    str::FromStr,
};

use anyhow::{Context, Result, bail};

use super::progress::say;
use crate::generate::root;

/// Cargo profile of a build: bounds differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `dev`.
    Debug,
    /// `release`.
    Release,
}

/// A built `mtv-bdd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Name of its column.
    pub name: String,
    /// The binary.
    pub path: PathBuf,
    /// Its profile.
    pub profile: Profile,
    /// Folder with the `features/` and `config/` that it runs with.
    pub root: PathBuf,
}

impl FromStr for Build {
    type Err = String;

    /// Reads `[NAME=]PATH`. A binary in a folder `release` is a release build; one in a checkout runs with the features
    /// and settings of that checkout.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (Some(name), path),
            None => (None, text),
        };
        let path = Path::new(path);
        let release = path.components().any(|part| part.as_os_str() == "release");
        let profile = if release { Profile::Release } else { Profile::Debug };
        let path = path
            .canonicalize()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let default = || if release { "release" } else { "debug" };
        Ok(Self {
            name: name.unwrap_or_else(default).to_owned(),
            root: checkout(&path).unwrap_or_else(root),
            path,
            profile,
        })
    }
}

/// The checkout that a binary is in.
fn checkout(path: &Path) -> Option<PathBuf> {
    let has_features = |folder: &&Path| folder.join("features").is_dir() && folder.join("config").is_dir();
    path.ancestors().find(has_features).map(Path::to_owned)
}

/// Checks that each build has a column of its own.
pub fn check_names(builds: &[Build]) -> Result<()> {
    for (position, build) in builds.iter().enumerate() {
        let earlier = builds.iter().take(position);
        if earlier.into_iter().any(|other| other.name == build.name) {
            bail!(
                "two builds are named {:?}; give them names: --binary before=PATH",
                build.name
            );
        }
    }
    Ok(())
}

/// Builds the workspace: debug, and release unless it is to be quick.
pub fn of_workspace(root: &Path, quick: bool) -> Result<Vec<Build>> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut builds = vec![built(root, &target, Profile::Debug)?];
    if !quick {
        builds.push(built(root, &target, Profile::Release)?);
    }
    Ok(builds)
}

fn built(root: &Path, target: &Path, profile: Profile) -> Result<Build> {
    let name = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    say(&format!("building mtv-bdd ({name})"));
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(root)
        .args(["build", "--quiet", "--package", "mtv-bdd", "--bin", "mtv-bdd"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    let status = cargo.status().context("could not start cargo")?;
    if !status.success() {
        bail!("the {name} build failed");
    }
    Ok(Build {
        name: name.to_owned(),
        path: target.join(name).join("mtv-bdd"),
        profile,
        root: root.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_profile_come_from_the_option() {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join("release");
        std::fs::create_dir(&release).unwrap();
        std::fs::write(release.join("mtv-bdd"), "").unwrap();
        std::fs::write(folder.path().join("mtv-bdd"), "").unwrap();
        let build = |text: String| text.parse::<Build>();
        let plain = build(folder.path().join("mtv-bdd").display().to_string()).unwrap();
        assert_eq!((plain.name.as_str(), plain.profile), ("debug", Profile::Debug));
        let named = build(format!("before={}/mtv-bdd", release.display())).unwrap();
        assert_eq!((named.name.as_str(), named.profile), ("before", Profile::Release));
        assert_eq!(plain.root, root());
        for checkout in ["features", "config"] {
            std::fs::create_dir(folder.path().join(checkout)).unwrap();
        }
        let inside = build(folder.path().join("mtv-bdd").display().to_string()).unwrap();
        assert_eq!(inside.root, folder.path().canonicalize().unwrap());
        assert!(build("no/such/file".to_owned()).unwrap_err().contains("no/such/file"));
        assert!(check_names(&[plain.clone(), named]).is_ok());
        assert!(check_names(&[plain.clone(), plain]).is_err());
    }
}
