//! Errors of a log-in without secrets: parsers and credential plugins quote parts of them in their messages.

use std::error::Error as StdError;

use kube::{client::AuthError, config::KubeconfigError};
use thiserror::Error;

use super::explain;

/// Lines of a credential plugin's stderr that are shown.
const LINES: usize = 5;

/// The text of an error, without the parts that can contain secrets.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Discreet(String);

impl Discreet {
    /// The error with its causes, without secrets.
    pub fn from_error<E: StdError + 'static>(error: &E) -> Self {
        Self(explain(error))
    }
}

/// The message for a kubeconfig that cannot be parsed; the parser's own message quotes the file.
pub(super) fn kubeconfig(error: &KubeconfigError) -> Option<String> {
    let KubeconfigError::Parse(error) = error else {
        return None;
    };
    let place = error
        .location()
        .map(|place| format!(" at line {}, column {}", place.line(), place.column()));
    Some(format!(
        "it is not the YAML of a kubeconfig{}",
        place.unwrap_or_default()
    ))
}

/// The message for a failed credential plugin; kube's own message has its arguments, environment and output.
pub(super) fn log_in(error: &AuthError) -> Option<String> {
    match error {
        AuthError::AuthExecRun { out, .. } => {
            let stderr = String::from_utf8_lossy(&out.stderr);
            let mut words = vec![format!(
                "the credential plugin of the kubeconfig failed, {}",
                out.status
            )];
            words.extend(stderr.lines().take(LINES).map(str::to_owned));
            Some(words.join("\n  "))
        }
        AuthError::AuthExecParse(_) => {
            Some("the credential plugin of the kubeconfig wrote something that is no ExecCredential".to_owned())
        }
        _ => None,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::Output};

    use kube::config::Kubeconfig;

    use super::*;

    #[test]
    fn a_kubeconfig_is_not_quoted() {
        let broken = "users:\n- name: a\n  user:\n    token: s3cret\n   username: x\n";
        let error = Kubeconfig::from_yaml(broken).unwrap_err();
        assert!(
            error.to_string().contains("s3cret"),
            "the parser's own words do: {error}"
        );
        insta::assert_snapshot!(Discreet::from_error(&error), @"it is not the YAML of a kubeconfig at line 5, column 4");
    }

    #[test]
    fn of_a_plugin_only_its_end_and_its_complaint_are_told() {
        let failed = AuthError::AuthExecRun {
            cmd: "PASSWORD=s3cret plugin --password s3cret".to_owned(),
            out: Box::new(Output {
                status: ExitStatusExt::from_raw(256),
                stdout: b"s3cret".to_vec(),
                stderr: b"no session\nlog in first\n".to_vec(),
            }),
        };
        insta::assert_snapshot!(Discreet::from_error(&kube::Error::Auth(failed)), @"
        the credential plugin of the kubeconfig failed, exit status: 1
          no session
          log in first
        ");
    }
}
