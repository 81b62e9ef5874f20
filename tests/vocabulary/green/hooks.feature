@hooks
Feature: Hooks, sentence by sentence

  Background:
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory

  @vsphere
  Scenario: A hook before that succeeds, and one after that fails
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And a pre-migration hook that succeeds
    And a post-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PostHook" step
    And every VM was migrated

  @vsphere
  Scenario: A hook that runs a playbook
    Given a post-migration hook that runs:
      """yaml
      - hosts: localhost
        tasks:
          - ansible.builtin.command: /bin/true
          - community.general.mail:
              subject: a module that the lab does not know
      """
    And a cold migration plan
    When the migration runs
    Then the migration succeeds

  @vsphere
  Scenario: A hook that can never run
    Given a pre-migration hook that runs:
      """
      - tasks:
          - debug:
      """
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PreHook" step
    And no VM was migrated
