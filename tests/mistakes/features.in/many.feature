@cold @vspere
Feature: Cold

  Scenario: A VM arrives
    Given a source provder
    And a clone of the VM "mtv-tests-rhel8"
      | power | up |
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target labls | a=b |
    When the migration runs
    Then the migraton succeeds
    And every VM passes the "memroy" check
