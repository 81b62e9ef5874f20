//! Faults with the names, fields and messages of vCenter.

use vim25::{Fault, MoRef, Value};

fn fault(name: &str, message: impl Into<String>, detail: Value) -> Fault {
    Fault {
        name: name.to_owned(),
        message: message.into(),
        detail,
    }
}

fn plain(name: &str, message: impl Into<String>) -> Fault {
    fault(name, message, Value::data(name))
}

/// Formats a reference as vCenter does in messages.
fn written(moref: &MoRef) -> String {
    format!("vim.{}:{}", moref.kind, moref.id)
}

/// User name or password is incorrect. Forklift recognizes this error by the words "incorrect" and "password"
/// (`pkg/controller/provider/container/vsphere/collector.go`).
pub fn invalid_login() -> Fault {
    plain(
        "InvalidLogin",
        "Cannot complete login due to an incorrect user name or password.",
    )
}

/// The request has no session, or the session has ended.
pub fn not_authenticated(this: &MoRef) -> Fault {
    let detail = Value::data("NotAuthenticated")
        .with("object", this)
        .with("privilegeId", "System.View");
    fault("NotAuthenticated", "The session is not authenticated.", detail)
}

/// The object does not exist.
pub fn not_found(moref: &MoRef) -> Fault {
    let message = format!(
        "The object '{}' has already been deleted or has not been completely created",
        written(moref)
    );
    let detail = Value::data("ManagedObjectNotFound").with("obj", moref);
    fault("ManagedObjectNotFound", message, detail)
}

/// The object has no such method, or the simulator does not implement it.
pub fn method_not_found(this: &MoRef, method: &str) -> Fault {
    let message = format!(
        "The method '{method}' is not known to {} of this simulated vCenter",
        written(this)
    );
    let detail = Value::data("MethodNotFound")
        .with("receiver", this)
        .with("method", method);
    fault("MethodNotFound", message, detail)
}

/// The type does not have the property.
pub fn invalid_property(kind: &str, name: &str) -> Fault {
    let detail = Value::data("InvalidProperty").with("name", name);
    fault(
        "InvalidProperty",
        format!("The property '{name}' is not known to vim.{kind}"),
        detail,
    )
}

/// An argument is invalid.
pub fn invalid_argument(property: &str) -> Fault {
    let detail = Value::data("InvalidArgument").with("invalidProperty", property);
    fault(
        "InvalidArgument",
        format!("A specified parameter was not correct: {property}"),
        detail,
    )
}

/// A required element of the request is missing.
pub fn invalid_request(what: &str) -> Fault {
    plain("InvalidRequest", format!("Invalid request: {what}"))
}

/// The simulator does not support the operation.
pub fn not_supported(what: &str) -> Fault {
    plain(
        "NotSupported",
        format!("The operation is not supported on the object: {what}"),
    )
}

/// The name is already used by `object`.
pub fn duplicate_name(name: &str, object: &MoRef) -> Fault {
    let detail = Value::data("DuplicateName").with("name", name).with("object", object);
    fault("DuplicateName", format!("The name '{name}' already exists."), detail)
}

/// The VM has the wrong power state.
pub fn invalid_power_state(existing: bool, requested: Option<bool>) -> Fault {
    let state = |on: bool| Value::text("VirtualMachinePowerState", if on { "poweredOn" } else { "poweredOff" });
    let detail = Value::data("InvalidPowerState")
        .with_some("requestedState", requested.map(state))
        .with("existingState", state(existing));
    let words = if existing { "Powered on" } else { "Powered off" };
    let message = format!("The attempted operation cannot be performed in the current state ({words}).");
    fault("InvalidPowerState", message, detail)
}

/// VMware Tools do not run in the guest.
pub fn tools_unavailable() -> Fault {
    let message = "Cannot complete operation because VMware Tools is not running in this virtual machine.";
    plain("ToolsUnavailable", message)
}

/// The datastore has not enough free space.
pub fn no_disk_space(datastore: &str) -> Fault {
    let detail = Value::data("NoDiskSpace").with("datastore", datastore);
    fault(
        "NoDiskSpace",
        format!("Insufficient disk space on datastore '{datastore}'."),
        detail,
    )
}

/// The collector does not know the version.
pub fn invalid_collector_version() -> Fault {
    plain("InvalidCollectorVersion", "")
}

/// The call was cancelled.
pub fn request_canceled() -> Fault {
    plain("RequestCanceled", "The request was canceled.")
}

/// Returns the fault as `LocalizedMethodFault`, the type of a task's `error`.
pub fn localized(fault: &Fault) -> Value {
    Value::data("LocalizedMethodFault")
        .with("fault", fault.detail.clone())
        .with("localizedMessage", &fault.message)
}
