//! The Hook controller: validates that a Hook has either an image with an optional playbook or an AAP job template
//! (`pkg/controller/hook/validation.go`).

use std::sync::{Arc, LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use forklift_api::forklift::{Hook, HookSpec, HookStatus, condition_types};
use regex::Regex;

use super::{
    conditions::{CRITICAL, REQUIRED, Staging, With, condition},
    error::Result,
    shared::Shared,
};
use crate::controllers::controller::Next;

/// Pattern of an image reference: registry, path in lower case, tag, digest.
static IMAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?/)?",
        r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*",
        r"(:\w[\w.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,})?$"
    ))
    .ok()
});

/// Reconciles a Hook.
pub async fn reconcile(shared: Arc<Shared>, hook: Arc<Hook>) -> Result<Next> {
    let before = hook.status.clone();
    let mut staging = Staging::begin(before.as_ref().and_then(|status| status.conditions.clone()));
    check(&hook.spec, &mut staging);
    if !staging.is_blocked() {
        staging.set(condition(condition_types::READY, REQUIRED, "The hook is ready."));
    }
    let (conditions, changes) = staging.end();
    shared.events.record("hook", &*hook, &changes).await;
    let status = HookStatus {
        conditions,
        observed_generation: hook.metadata.generation,
    };
    shared.write_status(&*hook, before.as_ref(), &status).await?;
    Ok(Next::Change)
}

fn check(spec: &HookSpec, staging: &mut Staging) {
    let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let wrong = match &spec.aap {
        Some(_) if given(&spec.image) || given(&spec.playbook) => Some(
            "AAP hooks cannot be combined with local `spec.image` or `spec.playbook`; clear those fields or use a local \
             hook instead.",
        ),
        Some(aap) if aap.job_template_id <= 0 => Some("AAP hooks require jobTemplateId > 0."),
        Some(aap) if !given(&aap.url) || aap.token_secret.as_ref().is_none_or(|secret| secret.name.is_none()) => Some(
            "AAP hooks require ForkliftController aap_url and aap_token_secret_name, or spec.aap.url and \
             spec.aap.tokenSecret.name for per-hook connection.",
        ),
        None if !given(&spec.image) => {
            Some("Local hooks require `image`; `playbook` is optional. Use `spec.aap` for AAP job templates.")
        }
        _ => None,
    };
    if let Some(message) = wrong {
        staging.set(condition(condition_types::INVALID_HOOK_EXECUTE, CRITICAL, message).reason("NotSet"));
    }
    let is_image = |image: &str| IMAGE.as_ref().is_some_and(|pattern| pattern.is_match(image));
    if spec
        .image
        .as_deref()
        .is_some_and(|image| !image.is_empty() && !is_image(image))
    {
        let message = "The image name specified in `Image` is invalid.";
        staging.set(condition(condition_types::INVALID_IMAGE, CRITICAL, message).reason("NotSet"));
    }
    if playbook(spec).is_none() {
        let message = "`Playbook` should contain a base64 encoded playbook.";
        staging.set(condition(condition_types::INVALID_PLAYBOOK, CRITICAL, message).reason("DataError"));
    }
}

/// The decoded playbook, empty if the Hook has none; `None`: the value is not base64.
pub fn playbook(spec: &HookSpec) -> Option<String> {
    let bytes = STANDARD.decode(spec.playbook.as_deref().unwrap_or_default()).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use forklift_api::forklift::AapHook;

    use super::*;

    fn found(spec: HookSpec) -> Vec<String> {
        let mut staging = Staging::begin(None);
        check(&spec, &mut staging);
        let conditions = staging.end().0.unwrap_or_default();
        conditions.into_iter().map(|condition| condition.type_).collect()
    }

    fn local(image: &str, playbook: Option<&str>) -> HookSpec {
        HookSpec {
            image: Some(image.to_owned()),
            playbook: playbook.map(str::to_owned),
            ..HookSpec::default()
        }
    }

    #[test]
    fn a_local_hook_has_an_image_and_an_optional_playbook() {
        for image in [
            "quay.io/kubev2v/hook-runner:latest",
            "hook-runner",
            "registry:5000/a_b/c.d@sha256:0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(
                found(local(image, Some("LSBob3N0czogYWxsCg=="))),
                Vec::<String>::new(),
                "{image}"
            );
        }
        assert_eq!(
            found(local("not an image!", Some("%%%"))),
            ["InvalidImage", "InvalidPlaybook"]
        );
        assert_eq!(found(HookSpec::default()), ["InvalidHookExecute"]);
    }

    #[test]
    fn an_aap_hook_excludes_image_and_playbook() {
        let aap = |job_template_id, url: Option<&str>| AapHook {
            job_template_id,
            url: url.map(str::to_owned),
            token_secret: Some(forklift_api::forklift::ObjectRef::new("mtv", "token")),
            ..AapHook::default()
        };
        let hook = |aap| HookSpec {
            aap: Some(aap),
            ..HookSpec::default()
        };
        assert_eq!(found(hook(aap(7, Some("https://aap")))), Vec::<String>::new());
        for wrong in [
            hook(aap(0, Some("https://aap"))),
            hook(aap(7, None)),
            HookSpec {
                aap: Some(aap(7, Some("https://aap"))),
                ..local("image", None)
            },
        ] {
            assert_eq!(found(wrong), ["InvalidHookExecute"]);
        }
    }
}
