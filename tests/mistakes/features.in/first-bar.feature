@cold @vsphere
Feature: Cold
  Scenario: A VM arrives
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
      power | on |
    And storage and networks are mapped from the inventory
    And a cold migration plan
