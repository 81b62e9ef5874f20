//! Messages of errors of connection and creation. Messages of waits are in their own tests.

use std::{io, time::Duration};

use kube::core::Status;

use super::{Error, tracked};
use crate::events::{Discreet, explain};

fn all<E: std::error::Error + 'static>(errors: impl IntoIterator<Item = E>) -> String {
    let told: Vec<String> = errors.into_iter().map(|error| explain(&error)).collect();
    told.join("\n\n")
}

fn refused(message: &str) -> Box<kube::Error> {
    let status = Status::failure(message, "Forbidden").with_code(403);
    Box::new(kube::Error::Api(status.boxed()))
}

#[test]
fn a_cluster_that_cannot_be_used() {
    let server = || "https://api.example.com:6443".to_owned();
    let failed = |why: &str| Error::of_server(server(), kube::Error::Service(io::Error::other(why).into()));
    let unauthorized = Status::failure("Unauthorized", "Unauthorized").with_code(401);
    let unauthorized = kube::Error::Api(unauthorized.boxed());
    let errors = [
        Error::Kubeconfig {
            path: Some("/home/qa/.kube/config".to_owned()),
            source: Discreet::from_error(&kube::config::KubeconfigError::CurrentContextNotSet),
        },
        Error::NoContext {
            path: None,
            context: "prod".to_owned(),
            known: vec!["prod-1".to_owned(), "staging".to_owned()],
        },
        Error::NoContext {
            path: Some("/home/qa/.kube/config".to_owned()),
            context: "zzz".to_owned(),
            known: Vec::new(),
        },
        Error::NotAllowed {
            context: "admin".to_owned(),
            server: server(),
        },
        Error::Client {
            server: server(),
            plugin: None,
            source: Discreet::from_error(&io::Error::other("the certificate is not PEM")),
        },
        Error::Client {
            server: server(),
            plugin: Some("kubelogin".to_owned()),
            source: Discreet::from_error(&io::Error::other("no such file")),
        },
        Error::Token { server: server() },
        Error::LogIn {
            server: server(),
            plugin: Some("kubelogin".to_owned()),
            after: Duration::from_secs(30),
        },
        Error::of_server(server(), unauthorized),
        failed("invalid peer certificate: UnknownIssuer"),
        failed("connection refused"),
        Error::LabGone {
            server: "https://127.0.0.1:6443".to_owned(),
            folder: "/tmp/lab".to_owned(),
            source: Box::new(kube::Error::Service(io::Error::other("connection refused").into())),
        },
        Error::Silent {
            server: server(),
            after: Duration::from_secs(30),
        },
    ];
    insta::assert_snapshot!(all(errors), @r#"
    could not read the kubeconfig /home/qa/.kube/config: failed to determine current context
      what to do: log in to the cluster, or set target.kubeconfig

    the kubeconfig has no context "prod"; did you mean "prod-1"? it has prod-1, staging

    the kubeconfig /home/qa/.kube/config has no context "zzz"; it has none; log in to the cluster

    the context "admin" (https://api.example.com:6443) is not on the list of allowed contexts; confirm it with --context admin, or add it to target.allowed_contexts

    could not set up the connection to https://api.example.com:6443: the certificate is not PEM
      what to do: see whether certificates and log-in of the kubeconfig are complete

    could not set up the connection to https://api.example.com:6443: no such file
      what to do: run kubelogin by hand, as the kubeconfig says

    the token of the kubeconfig for https://api.example.com:6443 has a line break or another character that cannot be sent
      what to do: log in to the cluster anew

    kubelogin did not log in to https://api.example.com:6443 within 30s
      what to do: run kubelogin by hand, as the kubeconfig says, or raise timeouts.connect

    the API server https://api.example.com:6443 refuses the log-in of the kubeconfig: the API server answers 401 Unauthorized: Unauthorized
      what to do: log in to the cluster anew

    the certificate of the API server https://api.example.com:6443 is not trusted: invalid peer certificate: UnknownIssuer
      what to do: put the CA of the cluster into the kubeconfig (certificate-authority-data); of a cluster without one, set target.insecure_skip_verify

    the API server https://api.example.com:6443 cannot be used: connection refused
      what to do: see whether its address is right, and whether the cluster is up

    the lab at https://127.0.0.1:6443 does not answer: connection refused
      what to do: start it with `mtv-bdd lab --folder /tmp/lab`

    the API server https://api.example.com:6443 did not answer within 30s; see whether the cluster is up, or raise timeouts.connect
    "#);
}

#[test]
fn an_object_that_is_not_created() {
    let subject = || "Plan auto-ab12/auto-ab12-cold".to_owned();
    let errors = [
        tracked::Error::Unnamed {
            kind: "Plan".to_owned(),
        },
        tracked::Error::Journal {
            subject: subject(),
            source: crate::journal::Error::Write {
                path: "target/mtv-bdd/auto-ab12/journal.ndjson".into(),
                source: io::Error::other("no space left on device"),
            },
        },
        tracked::Error::Exists { subject: subject() },
        tracked::Error::Refused {
            subject: subject(),
            source: refused("plans.forklift.konveyor.io is forbidden: exceeded quota"),
        },
        tracked::Error::Shape {
            subject: subject(),
            source: serde::de::Error::custom("missing field `spec`"),
        },
    ];
    insta::assert_snapshot!(all(errors), @r"
    a Plan without a name cannot be created

    could not announce Plan auto-ab12/auto-ab12-cold in the journal, so it was not created: could not write the journal target/mtv-bdd/auto-ab12/journal.ndjson: no space left on device

    Plan auto-ab12/auto-ab12-cold exists already; it does not belong to this run and is left alone, so delete it or start a new run

    could not create Plan auto-ab12/auto-ab12-cold: the API server answers 403 Forbidden: plans.forklift.konveyor.io is forbidden: exceeded quota

    Plan auto-ab12/auto-ab12-cold cannot be written as JSON or read back: missing field `spec`
    ");
}
