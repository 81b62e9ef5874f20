//! Prepares a run before anything is created: lab and selection. Reasons for a refusal are checked in this order.

use std::fmt::Write as _;

use regex::Regex;

use super::{
    draft::{Draft, draft, refused},
    embedded_lab::{self, EmbeddedLab},
    exit::Exit,
    options::RunOptions,
    plan::{Filter, Plan, SelectedProvider},
    tags::TagExpression,
};
use crate::{
    report::screen::Screen,
    session,
    settings::{self, Layers, Profile, ProvidersFile, Settings, nearest::nearest},
    source::Platforms,
};

/// Reason why a run is not started.
#[derive(Debug)]
pub struct Refused {
    /// Exit code.
    pub exit: Exit,
    /// Message for the user.
    pub message: String,
}

/// A run that can be started.
pub struct Prepared {
    /// Settings of the run.
    pub settings: Settings,
    /// The providers file.
    pub providers: ProvidersFile,
    /// Keys of the selected source providers.
    pub selected: Vec<String>,
    /// The scenarios of the run.
    pub plan: Plan,
    /// The lab that was started for the run; `None` with another target.
    pub lab: Option<EmbeddedLab>,
    /// Layers of settings, to start further labs.
    pub layers: Layers,
}

/// Prepares a run.
///
/// # Errors
/// The first reason not to start it.
pub async fn prepare(draft: Draft, options: &RunOptions, screen: &Screen) -> Result<Prepared, Refused> {
    let Draft {
        layers,
        settings,
        providers,
        files,
    } = draft;
    let (settings, providers, lab) = match providers {
        Some(providers) => (settings, providers, None),
        None => {
            let starting = with_lab(&layers, &settings);
            let (settings, providers, lab) = screen.during("starting the simulated lab", starting).await?;
            (settings, providers, Some(lab))
        }
    };
    let selected = session::selected(&settings, &providers);
    let tagged = with_tags(&providers, &selected);
    let plan = Plan::new(&files, &tagged, &filter(options));
    if plan.scenarios.is_empty() {
        return Err(nothing(&plan, options, &tagged, false));
    }
    Ok(Prepared {
        settings,
        providers,
        selected,
        plan,
        lab,
        layers,
    })
}

/// Starts a lab, and reads the settings and the providers file with which a run reaches it.
pub(super) async fn with_lab(
    layers: &Layers,
    settings: &Settings,
) -> Result<(Settings, ProvidersFile, EmbeddedLab), Refused> {
    let lab = EmbeddedLab::start(settings).await?;
    let layers = Layers {
        profile: Profile::Started(lab.settings()),
        ..layers.clone()
    };
    let (settings, providers) = settings::load_with_providers(&layers).map_err(|mistakes| refused(&mistakes, &[]))?;
    Ok((settings, providers, lab))
}

/// The plan of a run that is not started, for `--dry-run`.
pub struct Rehearsal {
    /// Name of the target.
    pub target: String,
    /// The scenarios that would be run.
    pub plan: Plan,
    /// The selected source providers.
    pub selected: Vec<SelectedProvider>,
    /// Providers that this version does not support.
    pub unusable: Vec<SelectedProvider>,
}

/// Plans a run without reaching a target.
///
/// # Errors
/// The first reason not to start it.
pub fn rehearse(options: &RunOptions) -> Result<Rehearsal, Refused> {
    let draft = draft(options)?;
    let (selected, unusable) = match &draft.providers {
        Some(providers) => {
            let all: Vec<String> = providers.iter().map(|(key, _)| key.to_owned()).collect();
            let selected = session::selected(&draft.settings, providers);
            let mut unusable = with_tags(providers, &all);
            // Providers that were not selected may be supported.
            unusable.retain(|provider| draft.settings.run.providers.is_empty() && !selected.contains(&provider.key));
            (with_tags(providers, &selected), unusable)
        }
        None => (of_the_lab(&draft.settings.run.providers), Vec::new()),
    };
    Ok(Rehearsal {
        plan: Plan::new(&draft.files, &selected, &filter(options)),
        target: draft.settings.target.name,
        selected,
        unusable,
    })
}

/// The selected providers of the lab that a run would start.
fn of_the_lab(asked_for: &[String]) -> Vec<SelectedProvider> {
    let all = embedded_lab::providers()
        .into_iter()
        .map(|(key, tag)| SelectedProvider {
            key: key.to_owned(),
            tag: tag.to_owned(),
        });
    all.filter(|provider| asked_for.is_empty() || asked_for.contains(&provider.key))
        .collect()
}

fn filter(options: &RunOptions) -> Filter {
    Filter {
        tags: options.tags.clone(),
        name: options.name.clone(),
        harmless: !options.allow_destructive,
    }
}

/// The selected providers with their platform tags.
fn with_tags(providers: &ProvidersFile, selected: &[String]) -> Vec<SelectedProvider> {
    let known = selected.iter().filter_map(|key| Some((key, providers.get(key).ok()?)));
    known
        .map(|(key, entry)| SelectedProvider {
            key: key.clone(),
            tag: Platforms::default().tag(entry).to_owned(),
        })
        .collect()
}

/// The refusal if no scenario is selected: lists providers and tags, and titles unless they are `listed` already or a
/// hint names the likely ones.
pub fn nothing(plan: &Plan, options: &RunOptions, selected: &[SelectedProvider], listed: bool) -> Refused {
    let tags = options.tags.as_ref().map(|tags| format!("--tags '{tags}'"));
    let name = options.name.as_ref().map(|name| format!("--name '{name}'"));
    let by: Vec<String> = tags.into_iter().chain(name).collect();
    let mut message = "nothing was selected".to_owned();
    if !by.is_empty() {
        let _ = write!(message, " by {}", by.join(" and "));
    }
    let hints = meant(plan, options);
    for hint in &hints {
        let _ = write!(message, "\n    {hint}");
    }
    let providers = if selected.is_empty() {
        "none that can be used".to_owned()
    } else {
        let keys: Vec<&str> = selected.iter().map(|provider| provider.key.as_str()).collect();
        keys.join(", ")
    };
    let _ = write!(message, "\nproviders: {providers}");
    let tags: Vec<String> = plan.known_tags.iter().map(|tag| format!("@{tag}")).collect();
    let _ = write!(
        message,
        "\ntags:      {}",
        if tags.is_empty() {
            "none".to_owned()
        } else {
            tags.join(" ")
        }
    );
    if !listed && hints.is_empty() {
        message.push_str("\nscenarios:");
        if plan.known_names.is_empty() {
            message.push_str(" none for these providers");
        }
        for name in &plan.known_names {
            let _ = write!(message, "\n  {name}");
        }
    }
    Refused {
        exit: Exit::Nothing,
        message,
    }
}

/// Hints for tags that no scenario has, and for titles that differ in case.
fn meant(plan: &Plan, options: &RunOptions) -> Vec<String> {
    let names = options.tags.iter().flat_map(TagExpression::names);
    let unknown = names.filter(|name| !plan.known_tags.contains(name));
    let tags = unknown.filter_map(|name| {
        let near = nearest(&name, plan.known_tags.iter().map(String::as_str));
        (!near.is_empty()).then(|| format!("no scenario has @{name}; did you mean @{}?", near.join(" or @")))
    });
    let title = options.name.as_ref().and_then(|name| {
        let any_case = format!("(?i){name}");
        let matches = |regex: &Regex| plan.known_names.iter().any(|title| regex.is_match(title));
        let meant = !matches(name) && Regex::new(&any_case).is_ok_and(|regex| matches(&regex));
        meant.then(|| format!("titles are case-sensitive: --name '{any_case}' finds some"))
    });
    tags.chain(title).collect()
}
