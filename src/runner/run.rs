//! A run, from its first event to its last.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use cucumber::{Cucumber, World as _, cli};
use jiff::Timestamp;
use sim_clock::now;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{
    draft::{Draft, draft},
    dry_run,
    embedded_lab::LabKeeper,
    execution::{self, Execution, Pace},
    exit::Exit,
    hooks::SessionHooks,
    options::RunOptions,
    outputs::{Audience, Outputs},
    panics,
    parser::Parser,
    plan::Plan,
    prepare::{self, Prepared},
    process::Executor,
    pulse::Pulse,
    signals::{self, Interruption},
    worlds::{self, Others},
    writer::Writer,
};
use crate::{
    events::{
        event::{Event, FORMAT, Invocation, Outcome, Source, Target},
        explain,
        log::EventLog,
    },
    report::{print, screen::Screen},
    run::{Clock, Reach, RunId, RunIdentity},
    session::{self, Session, Sources},
    settings::{Origin, ProvidersFile, Redactor, Settings},
    world::MigrationWorld,
};

/// Message of scenarios that were not run because of a signal.
const INTERRUPTED: &str = "not run: the run was interrupted";

/// Time for a step to end after an interruption.
const HEED: Duration = Duration::from_secs(5);

/// Time for background tasks to end before the process exits.
const GOODBYE: Duration = Duration::from_secs(1);

/// Seeds that the suite chooses are below this number: a person may have to type them.
const LARGEST_SEED: u64 = 1_000_000;

/// Virtual time of a run with a given seed begins then.
const SEEDED_BEGIN: Timestamp = Timestamp::constant(1_767_225_600, 0); // 1 January 2026

/// Runs the features that the options select.
pub fn run(options: &RunOptions) -> ExitCode {
    if let Some(how) = options.dry_run {
        return dry_run::list(options, how).into();
    }
    let started = Instant::now();
    // The expressions of all steps are compiled while features are read and a lab starts.
    thread::spawn(|| drop(MigrationWorld::collection()));
    let draft = match draft(options) {
        Ok(draft) => draft,
        Err(refused) => {
            print::err(&refused.message);
            return refused.exit.into();
        }
    };
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..LARGEST_SEED));
    // Given a seed, two runs are equal to the last timestamp.
    let begin = options.seed.map_or_else(Timestamp::now, |_| SEEDED_BEGIN);
    let executor = match Executor::new(&draft, seed, begin) {
        Ok(executor) => executor,
        Err(error) => return error.report(),
    };
    let pulse = Pulse::default();
    let handle = executor.handle();
    let start = Start { draft, started, seed };
    let whole = AssertUnwindSafe(|| executor.run(pulse.during(whole(start, options, handle, &pulse))));
    let exit = match catch_unwind(whole) {
        Ok(Ok(exit)) => exit,
        Ok(Err(deadlock)) => {
            print::err(format_args!("error: {deadlock}"));
            Exit::Failed
        }
        Err(crash) => {
            print::err(format_args!("error: the suite crashed: {}", execution::words(&*crash)));
            Exit::Failed
        }
    };
    executor.end(GOODBYE);
    exit.into()
}

/// How a run begins.
struct Start {
    draft: Draft,
    /// When the process began.
    started: Instant,
    /// Seed of names, ids and fault draws.
    seed: u64,
}

async fn whole(start: Start, options: &RunOptions, executor: Handle, pulse: &Pulse) -> Exit {
    let Start { draft, started, seed } = start;
    let began = now();
    let redactor = Redactor::default();
    let screen = Screen::of_process(redactor.clone());
    let interruption = match Interruption::listen(screen.clone(), executor, pulse.clone()) {
        Ok(interruption) => interruption,
        Err(error) => {
            screen.complain(&format!("error: signals could not be listened to: {error}"));
            return Exit::Failed;
        }
    };
    let audience = Audience {
        began,
        started,
        screen: screen.clone(),
        asked: signals::asked(),
        end: interruption.end.clone(),
        redactor,
    };
    let prepared = tokio::select! {
        biased;
        () = interruption.end.cancelled() => return Exit::Interrupted,
        prepared = prepare::prepare(draft, options, &screen) => prepared,
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        // Errors after an interruption are caused by it.
        Err(_) if interruption.end.is_cancelled() => return Exit::Interrupted,
        Err(refused) => {
            screen.complain(&refused.message);
            return refused.exit;
        }
    };
    match carry_out(prepared, options, seed, audience, interruption).await {
        Ok(exit) => exit,
        Err(error) => {
            screen.complain(&format!("error: {}", explain(error.as_ref())));
            Exit::Failed
        }
    }
}

async fn carry_out(
    prepared: Prepared,
    options: &RunOptions,
    seed: u64,
    audience: Audience,
    interruption: Interruption,
) -> anyhow::Result<Exit> {
    let Prepared {
        settings,
        providers,
        selected,
        plan,
        lab,
        layers,
    } = prepared;
    let suffix = settings.naming.namespace_suffix.as_deref().unwrap_or_default();
    let identity = RunIdentity {
        reach: Reach {
            embedded: lab.is_some(),
            arguments: arguments(options, &settings),
        },
        ..RunIdentity::new(RunId::generate(), suffix)
    };
    audience.redactor.register(providers.secrets());
    let (began, screen) = (audience.began, audience.screen.clone());
    let cancel = interruption.end.clone();
    let outputs = match Outputs::open(&settings, &identity, audience) {
        Ok(outputs) => outputs,
        Err(error) => {
            screen.complain(&format!("error: {}", explain(error.as_ref())));
            return Ok(Exit::Usage);
        }
    };
    interruption.leaves_behind(left_behind(&identity), outputs.folder.clone());
    panics::watch();
    let lab = lab.map(|lab| LabKeeper::new(lab, cancel.clone()));
    let worlds = worlds::number(&settings, plan.features.len());
    let selected_scenarios = plan.scenarios.len();
    let mut parts = plan.divide(worlds).into_iter();
    let plan = Rc::new(parts.next().unwrap_or_default());
    let pace = Pace {
        concurrency: settings.run.concurrency.div_ceil(worlds),
        fail_fast: options.fail_fast,
        failed: Arc::default(),
        heed: HEED,
        retry: options.retry,
        retry_after: options
            .retry_after
            .map(|delay| Clock::new(settings.target.speed).stated(delay)),
    };
    let keep = options.keep;
    let unconnected = unconnected(&settings);
    let sources = sources(&providers, &selected);
    let invocation = Box::new(Invocation {
        arguments: std::env::args_os()
            .skip(1)
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect(),
        target: identity.reach.arguments.clone(),
        speed: settings.target.simulated.then(|| settings.target.speed.to_string()),
        seed: Some(seed),
    });
    let run_started = |target: Target| Event::RunStarted {
        format: FORMAT,
        run: identity.run.to_string(),
        target,
        suite: env!("CARGO_PKG_VERSION").to_owned(),
        selected: selected_scenarios,
        began: Some(began),
        sources: sources.clone(),
        invocation: Some(invocation.clone()),
    };
    let others = Others {
        layers,
        settings: settings.clone(),
        identity: identity.clone(),
        folder: outputs.folder.clone(),
        log: outputs.log.clone(),
        pace: pace.clone(),
        cancel: cancel.clone(),
        hurry: interruption.hurry.clone(),
        keep,
        seed,
        begin: began,
    };
    let opened = Session::open(
        settings,
        Sources::new(providers, selected),
        identity.clone(),
        outputs.folder.clone(),
        outputs.log.clone(),
        cancel.clone(),
    );
    let looking = "looking at the target: permissions, MTV, storage, log-in to the providers";
    // Nothing is created before the session is open.
    let opened = cancel.run_until_cancelled(screen.during(looking, opened)).await;
    let exit = match opened {
        Some(Ok(session)) => {
            outputs.log.emit(run_started(session.target()));
            let hooks = SessionHooks::new(Arc::clone(&session), interruption.hurry.clone(), keep);
            session::install(Arc::clone(&session));
            let others = worlds::start(&others, parts);
            let own = scenarios(&session, Rc::clone(&plan), pace, hooks).await;
            worlds::join(others, own).await
        }
        Some(Err(error)) if !cancel.is_cancelled() => {
            outputs.log.emit(run_started(unconnected));
            let reason = explain(&error);
            let message = format!("the target is not usable: {reason}");
            outputs.log.emit(Event::Unusable { reason });
            writer(&outputs.log, &plan, &cancel).close(Outcome::Failed, &message);
            Exit::Unusable
        }
        Some(Err(_)) | None => {
            outputs.log.emit(run_started(unconnected));
            writer(&outputs.log, &plan, &cancel).close(Outcome::Skipped, INTERRUPTED);
            Exit::Interrupted
        }
    };
    let broken = match lab {
        Some(lab) => screen.during("stopping the simulated lab", lab.stop()).await,
        None => None,
    };
    let mut own_failures = panics::in_background();
    own_failures.extend(broken);
    own_failures.extend(outputs.log.check().err().map(|error| explain(&error)));
    for failure in &own_failures {
        screen.complain(&format!("error: {failure}"));
    }
    let exit = match (cancel.is_cancelled(), exit) {
        (true, _) if own_failures.is_empty() => Exit::Interrupted,
        (_, Exit::Passed) if !own_failures.is_empty() => Exit::Failed,
        (_, exit) => exit,
    };
    outputs.close(exit).await?;
    Ok(exit)
}

/// Runs the scenarios, and tears down the objects they shared.
pub(super) async fn scenarios(session: &Arc<Session>, plan: Rc<Plan>, pace: Pace, hooks: SessionHooks) -> Exit {
    let mut plan = Rc::unwrap_or_clone(plan);
    plan.withhold(session.target().mtv.as_deref());
    plan.name_run(&session.identity.run);
    let plan = Rc::new(plan);
    let account = hooks.account();
    let writer = writer(&session.log, &plan, &session.cancel);
    let runner = Execution {
        plan: Rc::clone(&plan),
        hooks,
        steps: MigrationWorld::collection(),
        pace,
        cancel: session.cancel.clone(),
    };
    // All options are ours; cucumber's own command line is empty.
    let no_options = cli::Opts {
        re_filter: None,
        tags_filter: None,
        parser: cli::Empty,
        runner: cli::Empty,
        writer: cli::Empty,
        custom: cli::Empty,
    };
    let cucumber = Cucumber::<MigrationWorld, _, _, _, _>::custom(Parser(plan), runner, writer);
    let mut writer = cucumber.with_cli(no_options).run(()).await;
    let why = if session.cancel.is_cancelled() {
        INTERRUPTED
    } else {
        "not run: the run ended at the first failure"
    };
    writer.close(Outcome::Skipped, why);
    let shared = if account.kept() {
        session.leave().await;
        0
    } else {
        session.close().await.len()
    };
    let left = account.leftovers() + shared;
    match (writer.failed(), left) {
        (0, 0) => Exit::Passed,
        (0, _) => Exit::Leftovers,
        (_, _) => Exit::Failed,
    }
}

fn writer(log: &EventLog, plan: &Rc<Plan>, end: &CancellationToken) -> Writer<impl FnMut(Event) + use<>> {
    let log = log.clone();
    Writer::new(Rc::clone(plan), end.clone(), move |event| log.emit(event))
}

/// Arguments with which another process finds the target and the run folder.
fn arguments(options: &RunOptions, settings: &Settings) -> Vec<String> {
    let mut arguments = options.target.arguments();
    if let Some(Origin::Environment(_)) = settings.origins.get("run.output") {
        let output = std::path::absolute(&settings.run.output).unwrap_or_else(|_| settings.run.output.clone());
        arguments.extend(["--set".to_owned(), format!("run.output={}", output.display())]);
    }
    arguments
}

/// Message about a run that is ended immediately: what it leaves behind, and how to remove it.
fn left_behind(identity: &RunIdentity) -> String {
    if identity.reach.embedded {
        return "the simulated lab ended with the run, with all that was created in it".to_owned();
    }
    let command = identity.reach.cleanup_command(&identity.run);
    format!("what the run created may still be there; remove it with\n  {command}")
}

/// The selected source providers, for the reports.
fn sources(providers: &ProvidersFile, selected: &[String]) -> Vec<Source> {
    let entries = selected.iter().filter_map(|key| Some((key, providers.get(key).ok()?)));
    let told = entries.map(|(key, entry)| Source {
        key: key.clone(),
        platform: entry.platform().as_str().to_owned(),
        version: entry.version().to_owned(),
        address: entry.api_url().to_owned(),
    });
    told.collect()
}

/// The known properties of a target that did not answer.
fn unconnected(settings: &Settings) -> Target {
    Target {
        name: settings.target.name.clone(),
        simulated: settings.target.simulated,
        server: String::new(),
        kubernetes: None,
        openshift: None,
        mtv: None,
        cnv: None,
        kubevirt: None,
        cdi: None,
    }
}
