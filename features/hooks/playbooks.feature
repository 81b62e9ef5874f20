@hooks @tier1 @vsphere @ovirt @openstack @openshift
Feature: Hooks with custom playbooks
  A custom playbook decides whether the migration of its VM continues.

  Background:
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory

  Scenario: The migration continues after a playbook whose assertions hold
    Given a pre-migration hook that runs:
      """yaml
      - name: Is this a good moment?
        hosts: localhost
        gather_facts: false
        vars:
          maintenance: false
        tasks:
          - name: Nobody works on the data centre
            ansible.builtin.assert:
              that: not maintenance
              fail_msg: the data centre is under maintenance
          - name: Give operators a moment
            ansible.builtin.pause:
              seconds: 5
      """
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM was migrated

  Scenario: An assertion that does not hold stops the migration before anything is copied
    Given a pre-migration hook that runs:
      """yaml
      - hosts: localhost
        gather_facts: false
        vars:
          maintenance: true
        tasks:
          - ansible.builtin.assert:
              that: not maintenance
              fail_msg: the data centre is under maintenance
      """
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PreHook" step
    And no VM was migrated

  Scenario: A playbook that rescues its own failure lets the migration succeed
    Given a post-migration hook that runs:
      """yaml
      - hosts: localhost
        gather_facts: false
        tasks:
          - name: Register the VM where one can
            block:
              - name: There is nothing to register it in
                ansible.builtin.fail:
                  msg: no configuration database
            rescue:
              - ansible.builtin.debug:
                  msg: somebody registers the VM by hand
      """
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM was migrated
