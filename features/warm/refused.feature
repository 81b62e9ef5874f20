@warm @tier1
Feature: Warm plans that are refused
  MTV reports what prevents a warm migration of a VM before it copies any disk.

  Background:
    Given a source provider

  @vsphere
  Scenario: Changed block tracking is off on a VM
    Given the VM "mtv-win2019-79" as it is
    And storage and networks are mapped from the inventory
    And a warm migration plan that is refused
    Then the plan is not ready because of "VMMissingChangedBlockTracking"
    And no VM was migrated
