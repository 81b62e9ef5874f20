@cold @vsphere
Feature: Cold
  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the VM has the same power state
    And every VM has the labels "team=mtv"
