//! The root: the folder of the features and the profiles. It is found where the user works, so that a copy of the
//! binary, or of the repository, works on its own files.

use std::path::{Path, PathBuf};

use super::{Mistake, Origin};

/// Names the root where it is not to be searched for.
pub const VARIABLE: &str = "MTV_BDD_ROOT";

/// The folder that `--root` or its variable names, else the nearest one from `here` upward that has `features/` and
/// `config/default.toml`.
///
/// # Errors
/// The named folder does not exist, or there is none from `here` upward.
pub fn find(named: Option<&Path>, here: &Path) -> Result<PathBuf, Mistake> {
    let Some(named) = named else {
        let root = here.ancestors().find(|folder| is_root(folder)).map(Path::to_path_buf);
        return root.ok_or_else(|| nowhere(here));
    };
    let found = here.join(named).canonicalize().ok().filter(|folder| folder.is_dir());
    found.ok_or_else(|| {
        let what = format!("--root: there is no folder {}", named.display());
        Mistake::new(Origin::CommandLine, what).remedy(format!(
            "name an existing folder with --root or in {VARIABLE}, or leave both out"
        ))
    })
}

fn is_root(folder: &Path) -> bool {
    folder.join("features").is_dir() && folder.join("config/default.toml").is_file()
}

fn nowhere(here: &Path) -> Mistake {
    let what = "neither this folder nor one above it has features/ and config/default.toml";
    Mistake::new(Origin::WholeFile(here.to_path_buf()), what).remedy(format!(
        "change to the folder of mtv-bdd's features, or name it with --root or in {VARIABLE}"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn workspace() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        fs::create_dir_all(path.join("features/cold")).unwrap();
        fs::create_dir(path.join("config")).unwrap();
        fs::write(path.join("config/default.toml"), "").unwrap();
        (folder, path)
    }

    #[test]
    fn it_is_the_nearest_folder_upward() {
        let (_outer, outer) = workspace();
        for below in ["", "features", "features/cold", "config"] {
            assert_eq!(find(None, &outer.join(below)).unwrap(), outer, "{below}");
        }
        let inner = outer.join("copies/inner");
        fs::create_dir_all(inner.join("features")).unwrap();
        assert_eq!(find(None, &inner).unwrap(), outer, "features alone are no root");
        fs::create_dir(inner.join("config")).unwrap();
        fs::write(inner.join("config/default.toml"), "").unwrap();
        assert_eq!(find(None, &inner.join("features")).unwrap(), inner);
    }

    #[test]
    fn a_named_folder_needs_only_exist() {
        let (_folder, path) = workspace();
        assert_eq!(find(Some(Path::new("features")), &path).unwrap(), path.join("features"));
        assert_eq!(find(Some(&path), Path::new("/")).unwrap(), path);
        let nowhere = find(Some(Path::new("nowhere")), &path).unwrap_err();
        insta::assert_snapshot!(nowhere, @"
        command line: --root: there is no folder nowhere
            name an existing folder with --root or in MTV_BDD_ROOT, or leave both out
        ");
    }

    #[test]
    fn without_one_the_remedy_is_named() {
        insta::assert_snapshot!(find(None, Path::new("/nowhere/at all")).unwrap_err(), @"
        /nowhere/at all: neither this folder nor one above it has features/ and config/default.toml
            change to the folder of mtv-bdd's features, or name it with --root or in MTV_BDD_ROOT
        ");
    }
}
