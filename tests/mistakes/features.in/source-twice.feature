@cold @vsphere
Feature: Cold
  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
      | VM Network | ignored     |
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
