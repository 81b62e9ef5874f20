//! Syntax checks that Ansible does before it runs a playbook: unknown keywords and modules of plays and tasks
//! (`lib/ansible/playbook/`, `lib/ansible/parsing/mod_args.py` of ansible-core).

use serde_json::{Map, Value};

/// The modules of `ansible.builtin`.
#[rustfmt::skip]
pub const BUILT_IN: &[&str] = &[
    "add_host", "apt", "apt_key", "apt_repository", "assemble", "assert", "async_status", "blockinfile", "command",
    "copy", "cron", "deb822_repository", "debconf", "debug", "dnf", "dnf5", "dpkg_selections", "expect", "fail",
    "fetch", "file", "find", "gather_facts", "get_url", "getent", "git", "group", "group_by", "hostname",
    "import_role", "import_tasks", "include_role", "include_tasks", "include_vars", "iptables", "known_hosts",
    "lineinfile", "meta", "mount_facts", "package", "package_facts", "pause", "ping", "pip", "raw", "reboot",
    "replace", "rpm_key", "script", "service", "service_facts", "set_fact", "set_stats", "setup", "shell", "slurp",
    "stat", "subversion", "systemd", "systemd_service", "sysvinit", "tempfile", "template", "unarchive", "uri",
    "user", "validate_argument_spec", "wait_for", "wait_for_connection", "yum", "yum_repository",
];

/// Modules with a short name from other collections in the hook runner's image.
const REDIRECTED: &[&str] = &["k8s", "k8s_info"];

/// Keywords of a play.
#[rustfmt::skip]
const PLAY_KEYWORDS: &[&str] = &[
    "any_errors_fatal", "become", "become_exe", "become_flags", "become_method", "become_user", "check_mode",
    "collections", "connection", "debugger", "diff", "environment", "fact_path", "force_handlers", "gather_facts",
    "gather_subset", "gather_timeout", "handlers", "hosts", "ignore_errors", "ignore_unreachable",
    "max_fail_percentage", "module_defaults", "name", "no_log", "order", "port", "post_tasks", "pre_tasks",
    "remote_user", "roles", "run_once", "serial", "strategy", "tags", "tasks", "throttle", "timeout", "user",
    "validate_argspec", "vars", "vars_files", "vars_prompt",
];

/// Keywords of a task or block, besides its module.
#[rustfmt::skip]
const TASK_KEYWORDS: &[&str] = &[
    "always", "any_errors_fatal", "args", "async", "become", "become_exe", "become_flags", "become_method",
    "become_user", "block", "changed_when", "check_mode", "collections", "connection", "debugger", "delay",
    "delegate_facts", "delegate_to", "diff", "environment", "failed_when", "ignore_errors", "ignore_unreachable",
    "listen", "loop", "loop_control", "module_defaults", "name", "no_log", "notify", "poll", "port", "register",
    "remote_user", "rescue", "retries", "run_once", "tags", "throttle", "timeout", "until", "vars", "when",
];

/// Reports the first error in Ansible's wording.
pub fn check(plays: &[Map<String, Value>]) -> Result<(), String> {
    plays.iter().filter(|play| !is_import(play)).try_for_each(|play| {
        let unknown = play.keys().find(|key| !PLAY_KEYWORDS.contains(&key.as_str()));
        if let Some(unknown) = unknown {
            return Err(format!("'{unknown}' is not a valid attribute for a Play"));
        }
        if !play.contains_key("hosts") {
            return Err("the field 'hosts' is required but was not set".to_owned());
        }
        ["pre_tasks", "tasks", "post_tasks", "handlers"]
            .iter()
            .try_for_each(|part| tasks(play.get(*part)))
    })
}

/// Whether this entry imports another playbook.
pub fn is_import(play: &Map<String, Value>) -> bool {
    play.keys().any(|key| short(key) == "import_playbook")
}

/// The module name without the `ansible.builtin` collection.
pub fn short(module: &str) -> &str {
    let of = |collection| module.strip_prefix(collection);
    of("ansible.builtin.").or(of("ansible.legacy.")).unwrap_or(module)
}

/// The module of a task and its arguments.
pub fn action(task: &Map<String, Value>) -> Option<(&str, &Value)> {
    actions(task).next()
}

fn actions(task: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let is_keyword = |key: &str| TASK_KEYWORDS.contains(&key) || key.starts_with("with_");
    let named = task.iter().map(|(key, value)| (key.as_str(), value));
    named.filter(move |(key, _)| !is_keyword(key))
}

fn tasks(tasks: Option<&Value>) -> Result<(), String> {
    let tasks = match tasks {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Array(tasks)) => tasks,
        Some(_) => return Err("A malformed block was encountered while loading tasks".to_owned()),
    };
    tasks.iter().try_for_each(|one| match one.as_object() {
        Some(one) if one.contains_key("block") => block(one),
        Some(one) => task(one),
        None => Err("A malformed block was encountered while loading a task".to_owned()),
    })
}

fn block(block: &Map<String, Value>) -> Result<(), String> {
    if let Some((unknown, _)) = action(block) {
        return Err(format!("'{unknown}' is not a valid attribute for a Block"));
    }
    ["block", "rescue", "always"]
        .iter()
        .try_for_each(|part| tasks(block.get(*part)))
}

fn task(task: &Map<String, Value>) -> Result<(), String> {
    // `action` and `local_action` name the module in their value.
    if task.contains_key("action") || task.contains_key("local_action") {
        return Ok(());
    }
    let (modules, unknown): (Vec<&str>, Vec<&str>) = actions(task).map(|(name, _)| name).partition(|name| exists(name));
    match (modules.as_slice(), unknown.as_slice()) {
        ([_], []) => Ok(()),
        ([first, second, ..], _) => Err(format!("conflicting action statements: {first}, {second}")),
        ([module], [unknown, ..]) => Err(format!(
            "'{unknown}' is not a valid attribute for a Task, next to the module {module}"
        )),
        ([], [unknown, ..]) => Err(format!(
            "couldn't resolve module/action '{unknown}'. This often indicates a misspelling, missing collection, or \
             incorrect module path."
        )),
        ([], []) => Err("no module/action detected in task".to_owned()),
    }
}

/// Whether Ansible finds the module; modules of other collections are assumed to exist.
fn exists(module: &str) -> bool {
    let name = short(module);
    BUILT_IN.contains(&name) || REDIRECTED.contains(&name) || name.contains('.')
}
