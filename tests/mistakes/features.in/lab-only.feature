Feature: What only the lab can do

  Scenario: A fault
    Given a source provider
    And the lab fails "conversion fails while copying"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails
