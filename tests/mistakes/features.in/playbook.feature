@hooks
Feature: A playbook with a typing error

  Scenario: A hook
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a pre-migration hook that runs:
      """yaml
      - hosts: localhost
        tasks:
          - debug: {msg: hello
      """
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
