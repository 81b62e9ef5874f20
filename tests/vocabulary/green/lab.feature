@lifecycle
Feature: What goes wrong in the simulated lab, sentence by sentence
  Faults, defects and holds concern the VMs of their own scenario, and no others.

  Background:
    Given a source provider

  @vsphere
  Scenario: Something fails and says so
    Given the lab fails "conversion fails while copying"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails

  @vsphere
  Scenario: Something is held until it may go on
    Given a clone of the VM "mtv-tests-rhel8"
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the lab lets "disk transfer" go on
    And the migration finishes
    Then the migration succeeds

  @vsphere
  Scenario: Others are not concerned
    Given 2 clones of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    And the lab has the defect "lost NIC"
    When the migration runs
    Then the migration succeeds
    And every VM passes the "memory" check
