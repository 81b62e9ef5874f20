//! An error and its causes as one text.

use std::error::Error;

use kube::{client::AuthError, config::KubeconfigError, runtime::watcher};

use super::discreet;

/// The error with its causes behind its first line: what was tried, then what came back, then the details and what to do.
///
/// Causes that repeat what was said are left out. kube's own words hold the whole answer of the API server, three times
/// over; of those its message is kept.
pub fn explain(error: &(dyn Error + 'static)) -> String {
    if let Some(answer) = answer(error) {
        return answer;
    }
    if let Some(cause) = error.source().filter(|_| is_wrapper(error)) {
        return explain(cause);
    }
    let whole = error.to_string();
    let (first, rest) = whole.split_once('\n').unwrap_or((&whole, ""));
    let mut text = first.to_owned();
    let mut cause = error.source();
    while let Some(current) = cause {
        let (words, next) = match answer(current) {
            Some(answer) => (answer, None),
            None if is_wrapper(current) && current.source().is_some() => (String::new(), current.source()),
            None => (current.to_string(), current.source()),
        };
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next;
    }
    if !rest.is_empty() {
        text.push('\n');
        text.push_str(rest);
    }
    text
}

/// The answer of the API server, if the error is one; for a failed log-in, its cause without secrets.
fn answer(error: &(dyn Error + 'static)) -> Option<String> {
    let log_in = || is::<AuthError>(error).and_then(discreet::log_in);
    let kubeconfig = || is::<KubeconfigError>(error).and_then(discreet::kubeconfig);
    if let Some(words) = log_in().or_else(kubeconfig) {
        return Some(words);
    }
    match is::<kube::Error>(error)? {
        kube::Error::Api(status) => Some(denial(&status.message).unwrap_or_else(|| {
            let words = format!("the API server answers {} {}", status.code, status.reason);
            format!("{}: {}", words.trim_end(), status.message)
        })),
        _ => None,
    }
}

/// The reason of an admission webhook that denies the request; that is a refusal, not a failure of the API server.
fn denial(message: &str) -> Option<String> {
    let (webhook, reason) = message
        .strip_prefix("admission webhook \"")?
        .split_once("\" denied the request: ")?;
    let who = if webhook.ends_with("forklift.konveyor") {
        "MTV"
    } else {
        "the cluster"
    };
    Some(format!("{who} refuses it: {reason} (admission webhook {webhook})"))
}

/// Whether the error only wraps its cause and adds nothing for a reader.
fn is_wrapper(error: &(dyn Error + 'static)) -> bool {
    is::<watcher::Error>(error).is_some() || is::<kube::Error>(error).is_some()
}

/// The error itself, boxed or not.
fn is<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let boxed = error.downcast_ref::<Box<E>>().map(AsRef::as_ref);
    error.downcast_ref::<E>().or(boxed)
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not create the plan a{}", .details)]
    struct Outer {
        details: &'static str,
        #[source]
        source: Box<kube::Error>,
    }

    fn refused(details: &'static str) -> Outer {
        let status = Status::failure("plans is forbidden", "Forbidden").with_code(403);
        Outer {
            details,
            source: Box::new(kube::Error::Api(status.boxed())),
        }
    }

    #[test]
    fn an_answer_of_the_api_server_is_said_once() {
        insta::assert_snapshot!(explain(&refused("")), @"could not create the plan a: the API server answers 403 Forbidden: plans is forbidden");
    }

    #[test]
    fn an_answer_by_itself_is_said_as_shortly() {
        insta::assert_snapshot!(explain(&*refused("").source), @"the API server answers 403 Forbidden: plans is forbidden");
    }

    #[test]
    fn who_refuses_an_object_is_named() {
        let denied = |webhook: &str| {
            let message = format!("admission webhook \"{webhook}\" denied the request: no such provider");
            explain(&kube::Error::Api(Status::failure(&message, "").with_code(400).boxed()))
        };
        insta::assert_snapshot!(denied("plans.forklift.konveyor"), @"MTV refuses it: no such provider (admission webhook plans.forklift.konveyor)");
        insta::assert_snapshot!(denied("quota.example.com"), @"the cluster refuses it: no such provider (admission webhook quota.example.com)");
    }

    #[test]
    fn causes_stand_before_the_details() {
        insta::assert_snapshot!(explain(&refused("\n  what to do: log in")), @"
        could not create the plan a: the API server answers 403 Forbidden: plans is forbidden
          what to do: log in
        ");
    }

    #[test]
    fn a_cause_that_repeats_its_effect_is_left_out() {
        let root = std::io::Error::other("no space left");
        let error = anyhow::Error::from(root)
            .context("no space left")
            .context("could not write a");
        assert_eq!(explain(error.as_ref()), "could not write a: no space left");
    }
}
