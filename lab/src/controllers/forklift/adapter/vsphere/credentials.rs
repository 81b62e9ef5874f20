//! Address and credentials of a vCenter.

use crate::controllers::forklift::{adapter::base::LogInFailure, provider::Credentials};

/// Key of the user.
pub const USER: &str = "user";
/// Key of the password.
pub const PASSWORD: &str = "password";

/// Keys that the Secret lacks. Without a CA, the certificate must not be verified.
pub fn missing(credentials: &Credentials) -> Vec<String> {
    let mut missing = credentials.missing(&[USER, PASSWORD]);
    if !credentials.insecure && credentials.ca.is_none() {
        missing.push("ca.crt".into());
    }
    missing
}

/// For the client.
pub fn options(credentials: &Credentials) -> vim25::Options {
    vim25::Options {
        url: credentials.url.clone(),
        user: credentials.text(USER),
        password: credentials.text(PASSWORD),
        trust: match (&credentials.ca, credentials.insecure) {
            (Some(pem), false) => vim25::Trust::Ca(pem.clone()),
            _ => vim25::Trust::Insecure,
        },
    }
}

/// Logs in, and out again.
pub async fn log_in(credentials: &Credentials) -> Result<(), LogInFailure> {
    match vim25::Client::connect(options(credentials)).await {
        Ok(client) => {
            // The session ends by itself when this fails.
            let _ = client.logout().await;
            Ok(())
        }
        Err(error) => {
            let text = match error.fault() {
                Some(fault) => format!("ServerFaultCode: {}", fault.message),
                None => error.to_string(),
            };
            Err(if text.contains("incorrect") && text.contains("password") {
                LogInFailure::Credentials(text)
            } else {
                LogInFailure::Other(text)
            })
        }
    }
}
