@cold @vsphere
Feature: Cold
  Scenario: VMs arrive
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
      | target name | Web_1 |
    And 2 clones of the VM "mtv-tests-rhel8"
      | target name | web |
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready
