@cold @vsphere
Feature: Cold

  Scenario Outline: <vm> arrives
    Given a source provider
    And a clone of the VM "<vm>"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
