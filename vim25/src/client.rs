//! [`Client`]: a session with a vSphere server.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::Mutex;

use crate::{About, Error, MoRef, ServiceContent, Trust, Value, transport::Transport};

/// Address, credentials and TLS settings of a connection.
#[derive(Clone)]
pub struct Options {
    /// URL of the server: `https://vcenter.example.com/sdk`; the path is optional.
    pub url: String,
    /// User name with domain: `administrator@vsphere.local`.
    pub user: String,
    /// Password of the user.
    pub password: String,
    /// Verification of the server's certificate.
    pub trust: Trust,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, user, trust, .. } = self;
        f.debug_struct("Options")
            .field("url", url)
            .field("user", user)
            .field("trust", trust)
            .finish_non_exhaustive()
    }
}

/// A session with a vSphere server. Clones share the session.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    options: Options,
    content: ServiceContent,
    /// Number of logins; locked while the client logs in again.
    logins: Mutex<u64>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.inner.options).finish()
    }
}

impl Client {
    /// Connects and logs in.
    ///
    /// # Errors
    ///
    /// [`Error::is_unreachable`] if the server does not answer, [`Error::is_invalid_login`] for wrong credentials.
    pub async fn connect(options: Options) -> Result<Self, Error> {
        let transport = Transport::new(&options.url, &options.trust)?;
        transport.negotiate().await;
        let service = MoRef::new("ServiceInstance", "ServiceInstance");
        let method = "RetrieveServiceContent";
        let content = transport.call(&service, method, &[], Duration::ZERO).await?;
        let content = ServiceContent::from_value(content).map_err(|field| Error::Missing {
            method: method.to_owned(),
            object: service,
            field,
        })?;
        let client = Self {
            inner: Arc::new(Inner {
                transport,
                options,
                content,
                logins: Mutex::new(1),
            }),
        };
        client.login().await?;
        tracing::debug!(url = %client.url(), server = client.about().full_name, "logged in");
        Ok(client)
    }

    async fn login(&self) -> Result<(), Error> {
        let Inner {
            transport,
            options,
            content,
            ..
        } = &*self.inner;
        transport.forget_session();
        let args = [
            ("userName", Value::from(&options.user)),
            ("password", Value::from(&options.password)),
        ];
        transport
            .call(&content.session_manager, "Login", &args, Duration::ZERO)
            .await?;
        Ok(())
    }

    /// Ends the session.
    pub async fn logout(&self) -> Result<(), Error> {
        let Inner { transport, content, .. } = &*self.inner;
        let ended = transport
            .call(&content.session_manager, "Logout", &[], Duration::ZERO)
            .await;
        transport.forget_session();
        match ended {
            Err(error) if !error.is_not_authenticated() => Err(error),
            _ => Ok(()),
        }
    }

    /// URL of the server.
    pub fn url(&self) -> &str {
        self.inner.transport.url().as_str()
    }

    /// Product information of the server.
    pub fn about(&self) -> &About {
        &self.inner.content.about
    }

    /// Managers of the server.
    pub fn content(&self) -> &ServiceContent {
        &self.inner.content
    }

    /// Calls a method and returns its result, or [`Value::nothing`] if it has none. If the session has ended, the
    /// client logs in and repeats the call once.
    ///
    /// `args` must have the order of the vSphere Web Services reference.
    pub async fn call(&self, this: &MoRef, method: &str, args: Vec<(&str, Value)>) -> Result<Value, Error> {
        self.call_waiting(this, method, &args, Duration::ZERO).await
    }

    pub(crate) async fn call_waiting(
        &self,
        this: &MoRef,
        method: &str,
        args: &[(&str, Value)],
        waits: Duration,
    ) -> Result<Value, Error> {
        let transport = &self.inner.transport;
        let before = *self.inner.logins.lock().await;
        match transport.call(this, method, args, waits).await {
            Err(error) if error.is_not_authenticated() => {}
            result => return result,
        }
        let mut logins = self.inner.logins.lock().await;
        if *logins == before {
            tracing::debug!(url = %self.url(), method, "the session has ended, logging in again");
            self.login().await?;
            *logins += 1;
        }
        drop(logins);
        transport.call(this, method, args, waits).await
    }
}
