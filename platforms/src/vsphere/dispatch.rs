//! Dispatches a SOAP request to the method of a managed object, and encodes the answer.

use std::sync::Arc;

use vim25::{
    Fault, MoRef, Value,
    soap::{self, Body},
};

use super::{
    authorization, collector, fault, guest, objects, operations, search, service, session,
    state::{Simulator, State},
    views,
};

/// Answer to a SOAP request.
pub struct Answer {
    /// SOAP envelope.
    pub envelope: String,
    /// Whether the envelope contains a fault.
    pub is_fault: bool,
    /// Key of the session that the request created.
    pub session: Option<String>,
}

/// Answers a request; `session` is the key in its cookie.
pub async fn answer(simulator: &Arc<Simulator>, session: Option<&str>, envelope: &str) -> Answer {
    let (method, result) = match soap::decode(envelope) {
        Ok(Body { name, content }) => {
            let result = call(simulator, session, &name, content).await;
            (name, result)
        }
        Err(error) => (String::new(), Err(fault::invalid_request(&error.to_string()))),
    };
    match result {
        Ok((value, session)) => Answer {
            envelope: soap::response(&method, &value),
            is_fault: false,
            session,
        },
        Err(fault) => {
            tracing::debug!(method, %fault, "refused");
            Answer {
                envelope: soap::fault(&fault),
                is_fault: true,
                session: None,
            }
        }
    }
}

async fn call(
    simulator: &Arc<Simulator>,
    session: Option<&str>,
    method: &str,
    args: Value,
) -> Result<(Value, Option<String>), Fault> {
    let this = args
        .moref_at("_this")
        .cloned()
        .ok_or_else(|| fault::invalid_request("'_this' is missing"))?;
    match (this.kind.as_str(), method) {
        ("ServiceInstance", "RetrieveServiceContent") => return Ok((service::content(), None)),
        ("ServiceInstance", "CurrentTime") => {
            return Ok((Value::text("dateTime", simulator.clock.now().to_string()), None));
        }
        ("SessionManager", "Login") => return session::login(simulator, &args).map(|(value, key)| (value, Some(key))),
        _ => {}
    }
    let known = session.filter(|key| simulator.with(|state| state.sessions.contains_key(*key)));
    let session = known.ok_or_else(|| fault::not_authenticated(&this))?;
    let value = match (this.kind.as_str(), method) {
        ("PropertyCollector", "WaitForUpdatesEx" | "WaitForUpdates") => {
            collector::wait(simulator, session, &this, &args).await?
        }
        _ => simulator.with(|state| call_at_once(simulator, state, session, &this, method, args))?,
    };
    Ok((value, None))
}

/// Calls a method that returns immediately; a task that it starts runs in the background.
fn call_at_once(
    simulator: &Arc<Simulator>,
    state: &mut State,
    session: &str,
    this: &MoRef,
    method: &str,
    args: Value,
) -> Result<Value, Fault> {
    let clock = &simulator.clock;
    match (this.kind.as_str(), method) {
        ("SessionManager", "Logout") => {
            session::logout(state, session);
            Ok(Value::nothing())
        }
        ("SessionManager", "SessionIsActive") => {
            let key = args.str_at("sessionID").unwrap_or_default();
            Ok(state.sessions.contains_key(key).into())
        }
        ("PropertyCollector", "RetrieveProperties") => collector::retrieve_all(state, session, clock, &args),
        ("PropertyCollector", "RetrievePropertiesEx") => collector::retrieve(state, session, clock, this, &args),
        ("PropertyCollector", "ContinueRetrievePropertiesEx") => {
            collector::continue_retrieve(state, session, this, &args)
        }
        ("PropertyCollector", "CreatePropertyCollector") => collector::create_collector(state, session, this),
        ("PropertyCollector", "DestroyPropertyCollector") => collector::destroy_collector(state, session, this),
        ("PropertyCollector", "CreateFilter") => collector::create_filter(simulator, state, session, this, &args),
        ("PropertyCollector", "CancelWaitForUpdates") => collector::cancel_wait(state, session, this),
        ("PropertyFilter", "DestroyPropertyFilter") => collector::destroy_filter(state, session, this),
        ("ViewManager", "CreateContainerView") => views::create(state, session, &args),
        ("ContainerView", "DestroyView") => views::destroy(state, session, this),
        ("AuthorizationManager", "HasPrivilegeOnEntity") => {
            authorization::has_privilege(&args, |entity| state.inventory.contains(entity))
        }
        ("SearchIndex", "FindByUuid" | "FindAllByUuid") => search::by_uuid(&state.inventory, &args),
        ("SearchIndex", "FindByInventoryPath") => search::by_path(&state.inventory, &args),
        ("SearchIndex", "FindChild") => search::by_name(&state.inventory, &args),
        ("SearchIndex", "FindByIp" | "FindAllByIp") => Ok(search::by_guest(&state.inventory, |vm| {
            guest::all_addresses(vm)
                .iter()
                .any(|ip| Some(ip.as_str()) == args.str_at("ip"))
        })),
        ("SearchIndex", "FindByDnsName" | "FindAllByDnsName") => Ok(search::by_guest(&state.inventory, |vm| {
            args.str_at("dnsName")
                .is_some_and(|name| name.eq_ignore_ascii_case(&guest::host_name(vm)))
        })),
        // pyVmomi reads single properties with this method instead of the property collector.
        (_, "Fetch") => {
            let all = objects::properties(state, session, clock, this).ok_or_else(|| fault::not_found(this))?;
            let name = args.str_at("prop").unwrap_or_default();
            if !objects::has_property(&this.kind, name) {
                return Err(fault::invalid_property(&this.kind, name));
            }
            Ok(all.get(name).cloned().unwrap_or_else(Value::nothing))
        }
        ("VirtualMachine", _) => operations::call_vm(simulator, state, &this.id, method, args),
        ("VirtualMachineSnapshot", _) => operations::call_snapshot(simulator, state, &this.id, method, &args),
        _ if objects::properties(state, session, clock, this).is_some() => Err(fault::method_not_found(this, method)),
        _ => Err(fault::not_found(this)),
    }
}
