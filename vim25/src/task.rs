//! Tasks: start a task and wait for its result.

use crate::{Client, Error, Fault, MoRef, Object, Value};

impl Client {
    /// Calls a method that starts a task, waits for the task and returns its result: a reference for `CloneVM_Task`,
    /// [`Value::nothing`] for `PowerOnVM_Task`.
    ///
    /// # Errors
    ///
    /// [`Error::Task`] with the fault of the task if the task fails. The call has no timeout of its own.
    pub async fn run_task(&self, this: &MoRef, method: &str, args: Vec<(&str, Value)>) -> Result<Value, Error> {
        let started = self.call(this, method, args).await?;
        let task = started.as_moref().ok_or_else(|| Error::Missing {
            method: method.to_owned(),
            object: this.clone(),
            field: "returnval",
        })?;
        let info = self.wait_task(task).await?;
        if info.str_at("state") == Some("success") {
            return Ok(info.get("result").cloned().unwrap_or_else(Value::nothing));
        }
        let error = info.get("error").cloned().unwrap_or_else(Value::nothing);
        let detail = error.get("fault").cloned().unwrap_or_else(Value::nothing);
        Err(Error::Task {
            method: method.to_owned(),
            object: this.clone(),
            fault: Box::new(Fault {
                name: detail.type_name().unwrap_or("RuntimeFault").to_owned(),
                message: error.str_at("localizedMessage").unwrap_or_default().to_owned(),
                detail,
            }),
        })
    }

    /// Waits until a task succeeds or fails, and returns its `TaskInfo`.
    pub async fn wait_task(&self, task: &MoRef) -> Result<Value, Error> {
        let mut updates = self.watch_object(task, &["info"]).await?;
        let mut seen = Object::new(task.clone());
        let waited = loop {
            match updates.next().await {
                Ok(news) => news.iter().for_each(|update| update.apply(&mut seen)),
                Err(error) => break Err(error),
            }
            if let Some("success" | "error") = seen.str_at("info.state") {
                break Ok(seen.get("info").cloned().unwrap_or_else(Value::nothing));
            }
        };
        updates.close().await;
        waited
    }
}
