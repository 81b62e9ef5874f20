//! Evaluates an Ansible playbook without a host: tasks that print, assert or fail are executed, tasks that would
//! change a host are assumed to succeed.

mod condition;
mod syntax;

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use condition::{Variables, holds, text};

/// Result of a playbook.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Sum of the pauses in the playbook.
    pub paused: Duration,
    /// Error message of the task that failed; `None`: the playbook succeeded.
    pub failure: Option<String>,
    /// Lines that the playbook prints.
    pub log: Vec<String>,
}

/// Evaluates the text of a playbook.
pub fn play(playbook: &str) -> Played {
    let mut player = Player::default();
    let plays: Result<Vec<Map<String, Value>>, _> = serde_saphyr::from_str(playbook);
    let ended = match plays {
        Ok(plays) => syntax::check(&plays)
            .map_err(Stop::Failed)
            .and_then(|()| plays.iter().try_for_each(|play| player.play(play))),
        Err(error) => Err(Stop::Failed(format!("the playbook is not a list of plays: {error}"))),
    };
    if let Err(Stop::Failed(reason)) = ended {
        player.played.failure = Some(reason);
    }
    player.played
}

/// Reason to execute no further task.
enum Stop {
    Failed(String),
    PlayEnds,
}

#[derive(Default)]
struct Player {
    variables: Variables,
    played: Played,
}

impl Player {
    fn play(&mut self, play: &Map<String, Value>) -> Result<(), Stop> {
        if syntax::is_import(play) {
            self.say("importing a playbook is not simulated: it is assumed to succeed");
            return Ok(());
        }
        if play.contains_key("roles") {
            self.say("roles are not simulated: they are assumed to succeed");
        }
        self.set_variables(play.get("vars"));
        for part in ["pre_tasks", "tasks", "post_tasks"] {
            match self.tasks(play.get(part)) {
                Err(Stop::PlayEnds) => return Ok(()),
                ended => ended?,
            }
        }
        Ok(())
    }

    fn tasks(&mut self, tasks: Option<&Value>) -> Result<(), Stop> {
        let tasks = tasks.and_then(Value::as_array).into_iter().flatten();
        tasks.filter_map(Value::as_object).try_for_each(|task| self.task(task))
    }

    fn task(&mut self, task: &Map<String, Value>) -> Result<(), Stop> {
        self.set_variables(task.get("vars"));
        if task.get("when").is_some_and(|when| !self.is_true(when)) {
            return Ok(());
        }
        let ended = if task.contains_key("block") {
            self.block(task)
        } else {
            self.module(task)
        };
        let ignored = task.get("ignore_errors").is_some_and(|ignored| self.is_true(ignored));
        match ended {
            Err(Stop::Failed(reason)) if ignored => {
                self.say(format!("ignored: {reason}"));
                Ok(())
            }
            ended => ended,
        }
    }

    fn block(&mut self, task: &Map<String, Value>) -> Result<(), Stop> {
        let ended = match self.tasks(task.get("block")) {
            Err(Stop::Failed(_)) if task.contains_key("rescue") => self.tasks(task.get("rescue")),
            ended => ended,
        };
        self.tasks(task.get("always"))?;
        ended
    }

    fn module(&mut self, task: &Map<String, Value>) -> Result<(), Stop> {
        let Some((name, arguments)) = syntax::action(task) else {
            return Ok(());
        };
        let result = match syntax::short(name) {
            "fail" => {
                let asked = self.argument(arguments, "msg");
                Err(Stop::Failed(
                    asked.unwrap_or_else(|| "Failed as requested from task".to_owned()),
                ))
            }
            "assert" => self.assert(arguments),
            "debug" => {
                let message = self
                    .argument(arguments, "msg")
                    .or_else(|| self.argument(arguments, "var"));
                self.say(message.unwrap_or_else(|| "Hello world!".to_owned()));
                Ok(())
            }
            "pause" => {
                let of = |unit| self.argument(arguments, unit).and_then(|text| text.parse::<u32>().ok());
                let seconds = |count: Option<u32>| Duration::from_secs(count.unwrap_or(0).into());
                self.played.paused += seconds(of("minutes")) * 60 + seconds(of("seconds"));
                Ok(())
            }
            "wait_for" => {
                let timeout = self.argument(arguments, "timeout").and_then(|text| text.parse().ok());
                let waits_in_vain =
                    self.argument(arguments, "port").is_none() && self.argument(arguments, "path").is_none();
                let timeout: u32 = timeout.filter(|_| waits_in_vain).unwrap_or(0);
                self.played.paused += Duration::from_secs(timeout.into());
                Ok(())
            }
            "command" | "shell" | "raw" | "script" => self.command(task, arguments),
            "set_fact" => {
                self.set_variables(Some(arguments));
                Ok(())
            }
            "meta" if arguments.as_str() == Some("end_play") => Err(Stop::PlayEnds),
            "meta" => Ok(()),
            known if syntax::BUILT_IN.contains(&known) => Ok(()),
            _ => {
                self.say(format!("the module {name} is not simulated: it is assumed to succeed"));
                Ok(())
            }
        };
        match (result, task.get("failed_when")) {
            (Err(Stop::Failed(_)) | Ok(()), Some(failed_when)) => {
                if self.is_true(failed_when) {
                    Err(Stop::Failed(format!("failed_when: {}", text(failed_when))))
                } else {
                    Ok(())
                }
            }
            (result, _) => result,
        }
    }

    fn assert(&mut self, arguments: &Value) -> Result<(), Stop> {
        let assertion = arguments.get("that").cloned().unwrap_or_default();
        match holds(&assertion, &self.variables) {
            Some(true) => Ok(()),
            None => {
                self.say(format!(
                    "{} cannot be evaluated without a host: it is assumed to be true",
                    text(&assertion)
                ));
                Ok(())
            }
            Some(false) => {
                let message = self
                    .argument(arguments, "fail_msg")
                    .or_else(|| self.argument(arguments, "msg"));
                Err(Stop::Failed(
                    message.unwrap_or_else(|| format!("Assertion failed: {}", text(&assertion))),
                ))
            }
        }
    }

    /// Exit code of a command: the number in `exit 3`, 1 for `false`, 0 for all others.
    fn command(&mut self, task: &Map<String, Value>, arguments: &Value) -> Result<(), Stop> {
        let line = arguments
            .as_str()
            .map(str::to_owned)
            .or_else(|| self.argument(arguments, "cmd"));
        let line = line.unwrap_or_default();
        let words: Vec<&str> = line.split([' ', ';', '\n']).filter(|word| !word.is_empty()).collect();
        let code = match words.as_slice() {
            [.., "exit", code] => code.parse().unwrap_or(0),
            [.., "false" | "/bin/false"] => 1,
            _ => 0,
        };
        if let Some(name) = task.get("register").and_then(Value::as_str) {
            let result = BTreeMap::from([("rc", Value::from(code)), ("failed", (code != 0).into())]);
            for (key, value) in result {
                self.variables.insert(format!("{name}.{key}"), value);
            }
        }
        match code {
            0 => Ok(()),
            code => Err(Stop::Failed(format!("non-zero return code: {code}"))),
        }
    }

    fn set_variables(&mut self, variables: Option<&Value>) {
        let variables = variables.and_then(Value::as_object).into_iter().flatten();
        self.variables
            .extend(variables.map(|(name, value)| (name.clone(), value.clone())));
    }

    fn argument(&self, arguments: &Value, name: &str) -> Option<String> {
        arguments.get(name).map(text)
    }

    /// Evaluates a condition; one that needs a host counts as true.
    fn is_true(&self, condition: &Value) -> bool {
        holds(condition, &self.variables).unwrap_or(true)
    }

    fn say(&mut self, line: impl Into<String>) {
        self.played.log.push(line.into());
    }
}

#[cfg(test)]
mod tests;
