//! Tasks: long-running operations with a state and a progress that clients can watch.

use std::{sync::Arc, time::Duration};

use vim25::{Fault, MoRef, Value};

use super::{
    fault,
    state::{Simulator, State},
};

/// Number of finished tasks that are kept.
const KEPT_TASKS: usize = 200;
/// Number of tasks in `recentTask` of the task manager.
const RECENT: usize = 10;

/// State and progress of a task.
#[derive(Debug, Clone)]
enum Progress {
    Queued,
    Running {
        percent: i32,
        started: String,
    },
    Success {
        result: Option<Value>,
        started: String,
        ended: String,
    },
    Error {
        fault: Fault,
        started: String,
        ended: String,
    },
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// Name of the method that started the task, without `_Task`.
    method: String,
    entity: MoRef,
    entity_name: String,
    queued: String,
    progress: Progress,
}

/// Checks whether an operation can be performed.
type Check = Box<dyn Fn(&State) -> Result<(), Fault> + Send>;
/// Performs an operation and returns the result of the task.
type Apply = Box<dyn FnOnce(&mut State, &Arc<Simulator>) -> Result<Option<Value>, Fault> + Send>;

/// Operation of a task.
pub struct Work {
    /// Object of the operation.
    pub entity: MoRef,
    /// Name of the method that starts the task.
    pub method: &'static str,
    /// Duration in simulated time.
    pub duration: Duration,
    /// Check at the start, and again after the duration.
    pub check: Check,
    /// Change of the state, after the duration.
    pub apply: Apply,
}

fn id(number: u32) -> String {
    format!("task-{number}")
}

/// Reference of a task.
fn moref(number: u32) -> MoRef {
    MoRef::new("Task", id(number))
}

fn number(id: &str) -> Option<u32> {
    id.strip_prefix("task-")?.parse().ok()
}

/// Starts a task and returns its reference.
pub fn start(simulator: &Arc<Simulator>, state: &mut State, work: Work) -> Value {
    let number = state.inventory.next_number("task");
    let entity_name = state
        .inventory
        .name_and_parent(&work.entity)
        .map(|(name, _)| name.to_owned());
    let task = Task {
        method: work.method.trim_end_matches("_Task").to_owned(),
        entity: work.entity.clone(),
        entity_name: entity_name.unwrap_or_default(),
        queued: simulator.clock.now().to_string(),
        progress: Progress::Queued,
    };
    state.tasks.insert(number, task);
    state.inventory.note_task(&work.entity);
    while state.tasks.len() > KEPT_TASKS {
        let finished = state
            .tasks
            .iter()
            .find(|(_, task)| task.is_finished())
            .map(|(number, _)| *number);
        let Some(oldest) = finished else { break };
        state.tasks.remove(&oldest);
    }
    state.touch();
    let background = Arc::clone(simulator);
    tokio::spawn(async move {
        let stop = background.stop.clone();
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = run(background, number, work) => {}
        }
    });
    Value::Reference(moref(number))
}

async fn run(simulator: Arc<Simulator>, number: u32, work: Work) {
    let now = || simulator.clock.now().to_string();
    let started = now();
    let Work {
        duration, check, apply, ..
    } = work;
    let checked = simulator.with(|state| {
        state.advance(
            number,
            Progress::Running {
                percent: 0,
                started: started.clone(),
            },
        );
        check(state)
    });
    if let Err(fault) = checked {
        let ended = now();
        return simulator.with(|state| state.advance(number, Progress::Error { fault, started, ended }));
    }
    const STEPS: u32 = 4;
    for step in 1..=STEPS {
        simulator.clock.sleep(duration / STEPS).await;
        if step < STEPS {
            let percent = i32::try_from(100 * step / STEPS).unwrap_or(0);
            let started = started.clone();
            simulator.with(|state| state.advance(number, Progress::Running { percent, started }));
        }
    }
    let ended = now();
    simulator.with(|state| {
        let progress = match check(state).and_then(|()| apply(state, &simulator)) {
            Ok(result) => Progress::Success { result, started, ended },
            Err(fault) => Progress::Error { fault, started, ended },
        };
        state.advance(number, progress);
    });
}

impl State {
    fn advance(&mut self, number: u32, progress: Progress) {
        let Some(task) = self.tasks.get_mut(&number) else {
            return;
        };
        task.progress = progress;
        if task.is_finished() {
            self.inventory.note_task(&task.entity);
        }
        self.touch();
    }

    /// Returns the task `id`.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.get(&number(id)?)
    }
}

impl Task {
    fn is_finished(&self) -> bool {
        matches!(self.progress, Progress::Success { .. } | Progress::Error { .. })
    }
}

/// Properties of the task `id`.
pub fn properties(state: &State, task_id: &str) -> Option<Value> {
    let task = state.task(task_id)?;
    let name = match &task.progress {
        Progress::Queued => "queued",
        Progress::Running { .. } => "running",
        Progress::Success { .. } => "success",
        Progress::Error { .. } => "error",
    };
    let time = |text: &String| Value::text("dateTime", text);
    let (result, error, percent, started, ended) = match &task.progress {
        Progress::Queued => (None, None, None, None, None),
        Progress::Running { percent, started } => (None, None, Some(*percent), Some(started), None),
        Progress::Success { result, started, ended } => (result.clone(), None, None, Some(started), Some(ended)),
        Progress::Error { fault, started, ended } => {
            (None, Some(fault::localized(fault)), None, Some(started), Some(ended))
        }
    };
    let reference = MoRef::new("Task", task_id);
    let reason = Value::data("TaskReasonUser").with("userName", "VSPHERE.LOCAL\\Administrator");
    let info = Value::data("TaskInfo")
        .with("key", task_id)
        .with("task", &reference)
        .with("name", format!("{}_Task", task.method))
        .with(
            "descriptionId",
            format!("{}.{}", task.entity.kind, description(&task.method)),
        )
        .with("entity", &task.entity)
        .with("entityName", &task.entity_name)
        .with("state", Value::text("TaskInfoState", name))
        .with("cancelled", false)
        .with("cancelable", false)
        .with_some("error", error)
        .with_some("result", result)
        .with_some("progress", percent)
        .with("reason", reason)
        .with("queueTime", time(&task.queued))
        .with_some("startTime", started.map(time))
        .with_some("completeTime", ended.map(time))
        .with(
            "eventChainId",
            number(task_id)
                .and_then(|number| i32::try_from(number).ok())
                .unwrap_or(0),
        );
    Some(Value::data("Task").with("info", info))
}

/// Name of a method in `descriptionId`: `clone` for `CloneVM`; others start in lower case.
fn description(method: &str) -> String {
    let method = method.strip_suffix("VM").unwrap_or(method);
    let mut letters = method.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect()
}

/// Properties of the task manager.
pub fn manager_properties(state: &State) -> Value {
    let recent = state
        .tasks
        .keys()
        .rev()
        .take(RECENT)
        .map(|number| moref(*number).into());
    Value::data("TaskManager")
        .with("recentTask", Value::array("ManagedObjectReference", recent.collect()))
        .with("maxCollector", 32)
}

/// Running tasks of an entity, newest first.
pub fn recent_of(state: &State, entity: &MoRef) -> Vec<MoRef> {
    let tasks = state
        .tasks
        .iter()
        .rev()
        .filter(|(_, task)| task.entity == *entity && !task.is_finished());
    tasks.map(|(number, _)| moref(*number)).collect()
}
