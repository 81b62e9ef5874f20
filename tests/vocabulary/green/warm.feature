@warm
Feature: Warm migrations, sentence by sentence

  Background:
    Given a source provider

  @vsphere
  Scenario: Copied again and again, cut over on time
    Given precopies are taken every 1 minute
    And a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
      | preflight inspection | yes |
    When the migration runs with cutover in 4 minutes
    Then the migration succeeds
    And at least 1 precopy was taken
    And the migration took less than 2 hours

  @vsphere
  Scenario: Followed on its way, cut over on request
    Given precopies are taken every 60 seconds
    And a clone of the VM "mtv-rhel8-warm-2disks2nics"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
      | preflight inspection | no |
    When the migration starts
    And the "disk transfer" step is running
    And 1 precopy has completed
    And 2 precopies have completed
    And the cutover is scheduled now
    And the "DiskTransfer" step has completed
    And the "VirtualMachineCreation" step has completed
    And the migration finishes
    Then the migration succeeds
    And at least 2 precopies were taken
    And every VM has 2 disks

  @vsphere
  Scenario: Cut over when the settings say so
    Given precopies are taken every 2 minutes
    And 2 clones of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs
    Then the migration succeeds
    And at least 1 precopy was taken

  @vsphere
  Scenario: Cut over at a time that is named while it runs
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And the cutover is scheduled in 1 minute
    And the migration finishes
    Then the migration succeeds

  @vsphere
  Scenario: One VM after the other
    Given Forklift migrates at most 1 VM at a time
    And 2 clones of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And at most 1 VM was in flight at a time

  @vsphere
  Scenario: A VM that cannot be migrated warm
    Given the VM "mtv-win2019-79" as it is
    And storage and networks are mapped from the inventory
    And a warm migration plan that is refused
    Then the plan is not ready because of "VMMissingChangedBlockTracking"
    And no VM was migrated
