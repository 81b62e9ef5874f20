@cold @vsphere
Feature: Cold

  Scenario: A VM arrives
    Given a source provider
    When the migration runs
    Then the migration succeeds
