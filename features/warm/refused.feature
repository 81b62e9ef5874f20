@warm @tier1
Feature: Warm plans that are refused
  MTV says what a VM lacks for a warm migration before anything is copied.

  Background:
    Given a source provider

  @vsphere
  Scenario: A VM does not track which of its blocks change
    Given the VM "mtv-win2019-79" as it is
    And storage and networks are mapped from the inventory
    And a warm migration plan that is refused
    Then the plan is not ready because of "VMMissingChangedBlockTracking"
    And no VM was migrated
