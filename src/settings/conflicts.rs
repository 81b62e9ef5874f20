//! Settings that are right each by itself, but not together.

use std::time::Duration;

use super::{Mistake, Origin, Settings, Speed};

/// Every combination that cannot work, at the place of the setting that is more likely wrong.
pub(super) fn impossible(settings: &Settings) -> Vec<Mistake> {
    let target = &settings.target;
    let timeouts = &settings.timeouts;
    let checks = [
        (!target.simulated && target.speed != Speed::Factor(1.0)).then(|| {
            let what = format!(
                "target.speed is {}, but the target is a real cluster: target.simulated is false ({})",
                target.speed,
                place(settings, "target.simulated")
            );
            at(settings, "target.speed", what).remedy("leave target.speed at 1, or choose the profile of a lab")
        }),
        (target.simulated && !target.allowed_contexts.is_empty()).then(|| {
            let what = format!(
                "target.allowed_contexts names real clusters, but the target is a lab: target.simulated is true ({})",
                place(settings, "target.simulated")
            );
            at(settings, "target.allowed_contexts", what).remedy("leave one of the two out")
        }),
        (timeouts.scenario_teardown > timeouts.run_teardown).then(|| {
            let what = format!(
                "timeouts.scenario_teardown is {}, longer than the teardown of the whole run: timeouts.run_teardown is \
                 {} ({})",
                words(timeouts.scenario_teardown),
                words(timeouts.run_teardown),
                place(settings, "timeouts.run_teardown")
            );
            at(settings, "timeouts.scenario_teardown", what).remedy("make one shorter or the other longer")
        }),
        target.inventory_url.as_deref().filter(|url| !is_web(url)).map(|_| {
            at(
                settings,
                "target.inventory_url",
                "target.inventory_url is not a web address without a password",
            )
            .remedy("write it with its scheme: https://HOST")
        }),
        (!is_label(&target.mtv_namespace)).then(|| {
            let what = format!(
                "target.mtv_namespace: \"{}\" is no name of a namespace",
                target.mtv_namespace
            );
            at(settings, "target.mtv_namespace", what).remedy(LABEL)
        }),
        settings
            .naming
            .namespace_suffix
            .as_deref()
            .filter(|suffix| !is_label(suffix))
            .map(|suffix| {
                let what = format!("naming.namespace_suffix: \"{suffix}\" cannot end the name of a namespace");
                at(settings, "naming.namespace_suffix", what).remedy(LABEL)
            }),
    ];
    checks.into_iter().flatten().collect()
}

/// RFC 1123 labels, of which Kubernetes makes the names of namespaces.
const LABEL: &str = "use lower-case letters, digits and inner hyphens, 63 at most";

fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 63 && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_web(url: &str) -> bool {
    reqwest::Url::parse(url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.password().is_none())
}

fn at(settings: &Settings, key: &str, what: impl Into<String>) -> Mistake {
    let origin = settings.origins.get(key).cloned().unwrap_or(Origin::CommandLine);
    Mistake::new(origin, what)
}

fn place(settings: &Settings, key: &str) -> String {
    settings.origins.get(key).map(ToString::to_string).unwrap_or_default()
}

fn words(duration: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(duration)
}
