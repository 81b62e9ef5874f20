@cold @vsphere
Feature: Cold

  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage is mapped as follows:
      | source    | class     |
      | LocalDS_0 | lab-block |
    And networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
