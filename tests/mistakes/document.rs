//! Documents whose console blocks are executed: `$ command`, `? exit code` unless it is 0, then the output.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Environment variable: if it is set, the output of the commands is written into the documents; then review the diff.
const UPDATE: &str = "UPDATE_DOCUMENTS";

/// Output folder of the commands, which must not be created.
const OUTPUT: &str = "no-run-was-begun";

/// A document `name.md`, whose commands run in the folder `name.in` next to it.
pub struct Document {
    path: PathBuf,
}

impl Document {
    /// The document `tests/mistakes/NAME.md`.
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
        Self {
            path: folder.join(name).with_extension("md"),
        }
    }

    /// Runs all commands, and compares their output with the document. Returns the number of commands.
    pub fn check(&self) -> usize {
        let written = std::fs::read_to_string(&self.path).unwrap();
        let (said, commands) = self.said(&written);
        if said != written && std::env::var_os(UPDATE).is_some() {
            std::fs::write(&self.path, &said).unwrap();
        } else if said != written {
            let hint = format!("`{UPDATE}=1 cargo test --test mistakes` writes it anew");
            let changes = similar::TextDiff::from_lines(&written, &said);
            panic!("{}: {hint}\n{}", self.path.display(), changes.unified_diff());
        }
        assert!(!self.folder().join(OUTPUT).exists(), "nothing may be run");
        commands
    }

    fn folder(&self) -> PathBuf {
        self.path.with_extension("in")
    }

    /// The document with the current output of its commands, and the number of commands.
    fn said(&self, written: &str) -> (String, usize) {
        let (mut said, mut in_block, mut commands) = (String::new(), false, 0);
        for line in written.lines() {
            match line {
                "```console" => in_block = true,
                "```" => in_block = false,
                _ => {}
            }
            if let Some(command) = line.strip_prefix("$ ").filter(|_| in_block) {
                commands += 1;
                let (code, output) = self.run(command);
                writeln!(said, "{line}").unwrap();
                if code != 0 {
                    writeln!(said, "? {code}").unwrap();
                }
                said.push_str(&output);
            } else if !in_block || line.starts_with("```") {
                writeln!(said, "{line}").unwrap();
            }
        }
        (said, commands)
    }

    fn run(&self, command: &str) -> (i32, String) {
        let words = words(command);
        assert_eq!(words.first().map(String::as_str), Some("mtv-bdd"), "{command}");
        let finished = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
            .args(words.iter().skip(1))
            .current_dir(self.folder())
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .env_remove("CUCUMBER_FILTER_TAGS")
            .env_remove("PROVIDERS_JSON_PATH")
            .env("MTV_BDD_RUN__OUTPUT", OUTPUT)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let streams = [finished.stdout, finished.stderr].map(|stream| String::from_utf8(stream).unwrap());
        let output = streams.concat().replace(env!("CARGO_MANIFEST_DIR"), "[ROOT]");
        let lines = output.trim_end().lines().map(|line| format!("{line}\n"));
        (finished.status.code().unwrap_or(-1), lines.collect())
    }
}

/// The words of a command line; words in single quotes can contain spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match (character, words.last_mut()) {
            ('\'', _) => quoted = !quoted,
            (' ', _) if !quoted => words.push(String::new()),
            (other, Some(word)) => word.push(other),
            (_, None) => {}
        }
    }
    words
}
