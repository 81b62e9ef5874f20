@cold @vsphere
Feature: Cold

  Scenario: A VM arrives
    Given a source provider
    And clones of these VMs:
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
