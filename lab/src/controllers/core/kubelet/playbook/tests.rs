use super::*;

/// Error message of a playbook with these tasks.
fn failure(tasks: &str) -> Option<String> {
    let indented: String = tasks.lines().map(|line| format!("    {line}\n")).collect();
    play(&format!(
        "- hosts: localhost\n  vars: {{ready: true}}\n  tasks:\n{indented}"
    ))
    .failure
}

#[test]
fn tasks_decide_how_a_playbook_ends() {
    for (tasks, expected) in [
        ("- ansible.builtin.debug: {msg: hi}", None),
        ("- name: no\n  fail: {msg: not today}", Some("not today")),
        ("- ansible.builtin.fail:", Some("Failed as requested from task")),
        ("- fail: {msg: no}\n  when: not ready", None),
        ("- fail: {msg: no}\n  ignore_errors: true\n- debug:", None),
        ("- assert: {that: ready}", None),
        ("- assert:\n    that: [ready, 1 == 2]\n    fail_msg: sums", Some("sums")),
        ("- assert: {that: \"1 == 2\"}", Some("Assertion failed: 1 == 2")),
        ("- assert: {that: ansible_facts.uptime > 3}", None),
        ("- command: /bin/false", Some("non-zero return code: 1")),
        (
            "- ansible.builtin.shell: {cmd: echo a; exit 3}",
            Some("non-zero return code: 3"),
        ),
        (
            "- command: /bin/false\n  register: ran\n  failed_when: ran.rc == 2",
            None,
        ),
        ("- command: 'true'\n  failed_when: true", Some("failed_when: true")),
        (
            "- set_fact: {answer: 42}\n- fail: {msg: known}\n  when: answer == 42",
            Some("known"),
        ),
        ("- block:\n  - fail:\n  rescue:\n  - debug:", None),
        (
            "- block:\n  - debug:\n  always:\n  - fail: {msg: always}",
            Some("always"),
        ),
        ("- meta: end_play\n- fail:", None),
        ("- name: nothing", Some("no module/action detected in task")),
        ("- community.vmware.vmware_guest_info: {name: a}", None),
        ("- debug:\n  with_indexed_items: [a]", None),
        (
            "- fail:\n- block:\n  - ansible.builtin.fial: {msg: no}",
            Some(
                "couldn't resolve module/action 'ansible.builtin.fial'. This often indicates a misspelling, missing \
                 collection, or incorrect module path.",
            ),
        ),
        ("- debug:\n  fail:", Some("conflicting action statements: debug, fail")),
        (
            "- debug:\n  whne: ready",
            Some("'whne' is not a valid attribute for a Task, next to the module debug"),
        ),
    ] {
        assert_eq!(failure(tasks).as_deref(), expected, "{tasks}");
    }
}

#[test]
fn unsimulated_tasks_are_logged() {
    let played =
        play("- hosts: all\n  roles: [a]\n  tasks:\n  - kubernetes.core.k8s_info: {kind: Pod}\n  - debug: {msg: hi}\n");
    assert_eq!(
        played.log,
        [
            "roles are not simulated: they are assumed to succeed",
            "the module kubernetes.core.k8s_info is not simulated: it is assumed to succeed",
            "hi"
        ]
    );
}

#[test]
fn pauses_add_up() {
    let played = play(
        "- hosts: all\n  tasks:\n  - pause: {minutes: 1}\n  - ansible.builtin.pause: {seconds: 5}\n  - wait_for: {timeout: 2}\n",
    );
    assert_eq!((played.paused, played.failure), (Duration::from_secs(67), None));
}

#[test]
fn a_pause_longer_than_any_duration_does_not_overflow() {
    let played =
        play("- hosts: all\n  tasks:\n  - pause: {minutes: 4294967295}\n  - pause: {minutes: 9999999999999}\n");
    assert_eq!(played.paused, Duration::from_secs(60 * 4_294_967_295));
}

#[test]
fn unknown_keywords_of_a_play_are_refused() {
    let misspelt = play("- hosts: all\n  task:\n  - debug:\n");
    assert_eq!(
        misspelt.failure.as_deref(),
        Some("'task' is not a valid attribute for a Play")
    );
    assert_eq!(play("- ansible.builtin.import_playbook: other.yml\n").failure, None);
}

#[test]
fn invalid_playbooks_fail() {
    for playbook in ["hosts: all", "- tasks: []", "- hosts: [", "just text"] {
        assert!(play(playbook).failure.is_some(), "{playbook}");
    }
}
