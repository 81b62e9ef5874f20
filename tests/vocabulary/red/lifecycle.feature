@lifecycle
Feature: What the lives of plans do not show

  Background:
    Given a source provider

  @vsphere
  Scenario: A cancellation is claimed of a migration that succeeds
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration is reported as cancelled

  @vsphere
  Scenario: Volumes stay when their plan is archived
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "leaked volumes"
    And the lab fails "conversion fails while copying"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is archived
    Then no volume of the plan remains

  @vsphere
  Scenario: A source VM stays off after a cancellation
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "source left off"
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration is cancelled
    Then every source VM is powered as it was

  @vsphere
  Scenario: A VM is said to have arrived that was cancelled
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the migration is cancelled
    Then the VM "mtv-tests-rhel8" was migrated

  @vsphere
  Scenario: A VM is said to be missing that arrived
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the VM "mtv-tests-rhel8" was not migrated

  @vsphere
  Scenario: A snapshot stays on the source after a cancellation
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "snapshot stays"
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 1 precopy has completed
    And the migration is cancelled
    Then the migration is reported as cancelled

  @vsphere
  Scenario: A plan that succeeded is archived, and nothing else happens
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "plan not cleaned up"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is archived
    Then every VM passes the "leftovers" check

  @vsphere
  Scenario: A plan that succeeded is deleted, and nothing else happens
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "plan not cleaned up"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is deleted
    Then every VM passes the "leftovers" check

  @vsphere
  Scenario: Volumes stay when a plan that failed is deleted
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "plan not cleaned up"
    And the lab fails "conversion fails while copying"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is deleted
    Then no volume of the plan remains
