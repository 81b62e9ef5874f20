//! Target, sources and invocation of a run: first on the page, so that a simulated lab is not mistaken for a cluster.

use maud::{Markup, html};

use crate::{
    events::{event::Target, words},
    report::model::Run,
};

pub(super) fn section(run: &Run) -> Markup {
    html! {
        section.environment aria-labelledby="environment" {
            h2.quiet id="environment" { "Environment" }
            dl {
                @if let Some(target) = &run.target {
                    div.wide { dt { "Target" } dd { (place(target)) } }
                    @let versions = versions(target);
                    @if !versions.is_empty() {
                        div.wide { dt { "Versions" } dd { ul.inline { @for (name, version) in versions {
                            li { (name) " " b { (version) } }
                        } } } }
                    }
                }
                @if !run.sources.is_empty() {
                    div.wide { dt { "Migrates from" } dd { ul.inline { @for source in &run.sources {
                        li { b { bdi { (source.key) } } " " (source.platform) " " (source.version) " "
                            span.soft { bdi { (source.address) } } }
                    } } } }
                }
                @if let Some(started) = run.span.started {
                    div { dt { "Started" } dd { time datetime=(started) { (words::moment(started)) } } }
                }
                div { dt { "Took" } dd { (run.took()) } }
                div { dt { "Suite" } dd { "mtv-bdd " (run.suite) } }
                @if let Some(code) = run.exit_code {
                    div { dt { "Exit code" } dd { (code) " " span.soft { (meaning(code)) } } }
                }
                @if let Some(invocation) = &run.invocation {
                    @if let Some(speed) = &invocation.speed {
                        div { dt { "Clock of the lab" } dd { (clock(speed)) } }
                    }
                    @if let Some(seed) = invocation.seed {
                        div { dt { "Seed" } dd { (seed) } }
                    }
                    div.wide { dt { "Arguments" } dd { @if invocation.arguments.is_empty() {
                        span.soft { "none" }
                    } @else {
                        code { (command(&invocation.arguments)) }
                    } } }
                }
            }
        }
    }
}

fn place(target: &Target) -> Markup {
    html! {
        @if target.simulated {
            strong.badge.simulated { "SIMULATED LAB" } " "
            span.soft { "no real cluster took part;" }
            @if target.name != "simulated lab" { " " bdi { (target.name) } }
        } @else {
            strong.badge { "CLUSTER" } " " b { bdi { (target.name) } }
        }
        @if !target.server.is_empty() { " " span.soft { bdi { (target.server) } } }
    }
}

/// The known versions of the target, each with the name of its product.
pub(in crate::report) fn versions(target: &Target) -> Vec<(&'static str, &str)> {
    let all = [
        ("OpenShift", &target.openshift),
        ("Kubernetes", &target.kubernetes),
        ("MTV", &target.mtv),
        ("OpenShift Virtualization", &target.cnv),
        ("KubeVirt", &target.kubevirt),
        ("CDI", &target.cdi),
    ];
    let known = all
        .into_iter()
        .filter_map(|(name, version)| Some((name, version.as_deref()?)));
    known.collect()
}

fn clock(speed: &str) -> String {
    match speed {
        "1" => "real time".to_owned(),
        "virtual" => "virtual: it jumps whenever everything waits".to_owned(),
        "max" => "as fast as it can".to_owned(),
        factor => format!("{factor} times as fast as real time"),
    }
}

fn meaning(code: u8) -> &'static str {
    match code {
        0 => "all passed",
        1 => "a scenario failed, or the suite itself",
        3 => "the target cannot be used",
        4 => "something could not be removed",
        130 => "interrupted",
        _ => "",
    }
}

/// Arguments quoted for a shell.
pub(super) fn command(arguments: &[String]) -> String {
    let quoted = arguments.iter().map(|argument| match shlex::try_quote(argument) {
        Ok(quoted) => quoted.into_owned(),
        // Only a NUL byte cannot be quoted, and arguments of a process hold none.
        Err(_) => argument.clone(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
