//! The feature files of a folder, read as the suite reads them.

use std::path::{Path, PathBuf};

use cucumber::gherkin::{Feature, GherkinEnv, Scenario, Step};

/// Path of a folder of this test.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vocabulary")
        .join(name)
}

/// One feature file: sentences that belong together.
pub struct Family {
    /// Name of the file without extension.
    pub name: String,
    background: Vec<Step>,
    scenarios: Vec<Scenario>,
}

/// All feature files of a folder.
pub struct Families(Vec<Family>);

impl Families {
    /// Reads the feature files of a folder.
    pub fn read(name: &str) -> Self {
        let mut families: Vec<Family> = std::fs::read_dir(folder(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "feature"))
            .map(|path| Family::read(&path))
            .collect();
        families.sort_by(|one, other| one.name.cmp(&other.name));
        assert!(!families.is_empty(), "{name}/ has no feature file");
        Self(families)
    }

    /// The feature files in order.
    pub fn all(&self) -> &[Family] {
        &self.0
    }
}

impl Family {
    /// Title and last step of each scenario.
    pub fn last_steps(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scenarios.iter().filter_map(|scenario| {
            let last = scenario.steps.last()?;
            Some((scenario.name.as_str(), last.value.as_str()))
        })
    }

    /// Texts of all steps.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        let steps = self.scenarios.iter().flat_map(|scenario| &scenario.steps);
        self.background.iter().chain(steps).map(|step| step.value.as_str())
    }

    fn read(path: &Path) -> Self {
        let feature = Feature::parse_path(path, GherkinEnv::default()).unwrap();
        Self {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            background: feature
                .background
                .map(|background| background.steps)
                .unwrap_or_default(),
            scenarios: feature.scenarios,
        }
    }
}
