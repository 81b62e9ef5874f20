@cold @vsphere
Feature: Cold

  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    And a clone of the VM "mtv-win2019-3disks"
    When the migration runs
    Then the migration succeeds
