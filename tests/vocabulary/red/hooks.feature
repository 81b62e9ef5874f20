@hooks
Feature: What hooks do not do

  Background:
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory

  @vsphere
  Scenario: A hook is told to have succeeded, though nobody ran it
    Given the lab has the defect "hook skipped"
    And a post-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PostHook" step

  @vsphere
  Scenario: A hook fails before the one that should
    Given a pre-migration hook that runs:
      """
      - hosts: localhost
        tasks:
          - command: exit 3
      """
    And a post-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PostHook" step

  @vsphere
  Scenario: A VM is claimed to stay away that only its post-migration hook failed
    Given a post-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then no VM was migrated

  @vsphere
  Scenario: A VM is claimed to have arrived that its pre-migration hook kept
    Given a pre-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then every VM was migrated

  @vsphere
  Scenario: Only one VM of two has its hook run
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And the lab has the defect "hook of the first VM only"
    And a pre-migration hook that fails
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "PreHook" step
