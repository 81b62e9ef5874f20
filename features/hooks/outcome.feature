@hooks @vsphere @ovirt @openstack @openshift
Feature: What a hook's end means for the migration
  A hook that fails ends the migration of its VM there: what had been done until then stays.

  Background:
    Given a source provider

  @tier0
  Scenario: A failing post-migration hook leaves the migrated VM in place
    Given a clone of the VM "mtv-tests-rhel8"
      | power       | on  |
      | guest agent | yes |
    And storage and networks are mapped from the inventory
    And a pre-migration hook that succeeds
    And a post-migration hook that fails
    And a cold migration plan
      | target power state | off |
    When the migration runs
    Then the migration fails in the "PostHook" step
    And every VM was migrated
    And every VM passes all applicable checks

  @tier0
  Scenario: A failing pre-migration hook keeps each VM where it is
    Given 2 clones of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a pre-migration hook that fails
    And a post-migration hook that succeeds
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PreHook" step
    And no VM was migrated

  @tier1
  Scenario: VMs arrive between hooks that succeed
    Given 2 clones of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a pre-migration hook that succeeds
    And a post-migration hook that succeeds
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM was migrated
    And every VM passes all applicable checks
