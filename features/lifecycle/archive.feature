@lifecycle @cold @tier1
Feature: Archived plans
  An archived plan keeps the migrated VMs and removes everything else that it created.

  Background:
    Given a source provider

  @hooks @vsphere @ovirt @openstack @openshift @jira(MTV-5663)
  Scenario: The volumes of a VM with a failed post-migration hook are removed
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a post-migration hook that fails
    And a cold migration plan
      | target power state | off |
    When the migration runs
    Then the migration fails in the "PostHook" step
    When the plan is archived
    And the plan is deleted
    Then no volume of the plan remains

  @vsphere @ovirt @openstack @openshift
  Scenario: Migrated VMs are kept when their plan is archived
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is archived
    Then every VM was migrated
    And every VM passes all applicable checks
