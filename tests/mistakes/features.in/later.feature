@cold @vsphere
Feature: Cold

  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a post-migration hook that launches the job template "register-vm"
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
