//! One run of the binary over a folder of features, on the embedded lab.

use std::{
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mtv_bdd::events::event::{Event, Outcome, Record};

use crate::features::folder;

/// Result of the run.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output and standard error.
    pub said: String,
    /// Run id.
    pub id: String,
    /// Scenarios in the order in which they began.
    pub scenarios: Vec<Ran>,
    /// Text of `junit.xml` and `report.html`, with quotes unescaped.
    pub reports: [String; 2],
}

/// A scenario that was run.
pub struct Ran {
    /// Title, with the provider in brackets.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// The step that failed, and the reason.
    failed: Option<(String, String)>,
    /// The step that began last.
    begun: String,
    key: String,
}

impl Ran {
    /// The step that failed.
    pub fn failed_step(&self) -> Option<&str> {
        self.failed.as_ref().map(|(step, _)| step.as_str())
    }

    /// Reason why the scenario failed.
    pub fn failure(&self) -> Option<&str> {
        self.failed.as_ref().map(|(_, message)| message.as_str())
    }
}

impl Run {
    /// Runs the features of a folder. Only one run is active at a time: each has its own lab, which uses all of the
    /// machine.
    pub fn of(name: &str) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let output = tempfile::tempdir().unwrap();
        let finished = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
            .args(["run", "--input"])
            .arg(folder(name))
            .env("MTV_BDD_RUN__OUTPUT", output.path())
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .env_remove("CUCUMBER_FILTER_TAGS")
            .env_remove("MTV_BDD_PROFILE")
            .env_remove("PROVIDERS_JSON_PATH")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let streams = [finished.stdout, finished.stderr].map(|stream| String::from_utf8(stream).unwrap());
        let said = streams.concat();
        let read = |name: &str| {
            let path = output.path().join("latest").join(name);
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}\n{said}", path.display()))
        };
        let events = read("events.ndjson");
        let reports = [read("junit.xml"), unpacked(read("report.html"))];
        let mut run = Self {
            code: finished.status.code().unwrap_or(-1),
            said,
            id: String::new(),
            scenarios: Vec::new(),
            reports: reports.map(|report| report.replace("&quot;", "\"")),
        };
        for line in events.lines() {
            run.note(serde_json::from_str::<Record>(line).unwrap().event);
        }
        run
    }

    /// The scenario with this title, which must have run once.
    pub fn scenario(&self, title: &str) -> &Ran {
        let is_it = |ran: &&Ran| ran.name.rsplit_once(" [").map_or(ran.name.as_str(), |(title, _)| title) == title;
        let found: Vec<&Ran> = self.scenarios.iter().filter(is_it).collect();
        match found.as_slice() {
            [one] => one,
            _ => panic!("{title:?} was run {} times\n{}", found.len(), self.said),
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::RunStarted { run, .. } => self.id = run,
            Event::ScenarioStarted { scenario, name, .. } => self.scenarios.push(Ran {
                name,
                passed: false,
                failed: None,
                begun: String::new(),
                key: scenario.0,
            }),
            Event::StepStarted { scenario, text, .. } => self.of_key(&scenario.0).begun = text,
            Event::StepFinished {
                scenario,
                outcome: Outcome::Failed,
                message,
                ..
            } => {
                let ran = self.of_key(&scenario.0);
                ran.failed = Some((ran.begun.clone(), message.unwrap_or_default()));
            }
            Event::ScenarioFinished { scenario, outcome, .. } => {
                self.of_key(&scenario.0).passed = outcome == Outcome::Passed;
            }
            _ => {}
        }
    }

    fn of_key(&mut self, key: &str) -> &mut Ran {
        self.scenarios.iter_mut().find(|ran| ran.key == key).unwrap()
    }
}

/// The page with its compressed details decompressed.
fn unpacked(page: String) -> String {
    let packed = page
        .split_once("id=\"packed\">")
        .and_then(|(_, rest)| rest.split_once('<'));
    let Some((packed, _)) = packed else { return page };
    let packed = STANDARD.decode(packed.trim()).unwrap();
    let details = miniz_oxide::inflate::decompress_to_vec(&packed).unwrap();
    page + &String::from_utf8(details).unwrap()
}
