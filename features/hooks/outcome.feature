@hooks @vsphere @ovirt @openstack @openshift
Feature: Effect of hook results on a migration
  A failed hook ends the migration of its VM at that step. Work completed before the hook is kept.

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
  Scenario: A failing pre-migration hook prevents the migration of each VM
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
  Scenario: VMs are migrated between hooks that succeed
    Given 2 clones of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a pre-migration hook that succeeds
    And a post-migration hook that succeeds
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM was migrated
    And every VM passes all applicable checks
