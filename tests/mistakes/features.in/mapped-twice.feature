@cold @vsphere
Feature: Cold
  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage is mapped to the storage class "lab-file"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
