@lifecycle
Feature: The life of a plan, sentence by sentence

  Background:
    Given a source provider

  @vsphere
  Scenario: A migration is cancelled
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration is cancelled
    Then the migration is reported as cancelled
    And no VM was migrated
    And no volume of the plan remains
    And every source VM is powered as it was

  @vsphere
  Scenario: A warm migration is cancelled between its precopies
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 1 precopy has completed
    And the migration is cancelled
    Then the migration is reported as cancelled
    And no volume of the plan remains
    And every source VM is powered as it was

  @vsphere
  Scenario: One VM of two is cancelled
    Given a clone of the VM "mtv-tests-rhel8"
    And a clone of the VM "mtv-win2019-79"
      | name | other |
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration of the VM "other" is cancelled
    And the lab lets "disk transfer" go on
    And the migration finishes
    Then the migration succeeds
    And the VM "mtv-tests-rhel8" was migrated
    And the VM "mtv-win2019-79" was not migrated

  @vsphere
  Scenario: A plan is run twice
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the migration is cancelled
    And the migration is started again
    Then the migration succeeds
    And every VM was migrated

  @vsphere
  Scenario: A plan that failed is run again
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab fails "conversion fails while copying"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "disk transfer" step
    When the lab no longer fails "conversion fails while copying"
    And the migration is started again
    Then the migration succeeds
    And every VM was migrated

  @vsphere
  Scenario: A plan that failed is archived
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab fails "conversion fails while copying"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "disk transfer" step
    When the plan is archived
    Then no volume of the plan remains

  @vsphere
  Scenario: A plan is deleted, and its VM after it
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is deleted
    Then every VM was migrated
    And every VM passes the "leftovers" check
    And no volume of the plan remains

  @vsphere
  Scenario: A plan that failed is deleted
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab fails "conversion fails while copying"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails in the "disk transfer" step
    When the plan is deleted
    Then no volume of the plan remains
