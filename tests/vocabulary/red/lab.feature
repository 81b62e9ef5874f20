@lifecycle
Feature: What defects of the lab come to

  Background:
    Given a source provider

  @vsphere
  Scenario: A defect that is asked for before the VMs are cloned
    Given the lab has the defect "wrong memory"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "memory" check

  @vsphere
  Scenario: A fault that is asked for after the plan has been made
    Given a clone of the VM "mtv-win2019-3disks"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    And the lab fails "conversion fails while copying"
    When the migration runs
    Then the migration succeeds
