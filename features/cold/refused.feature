@cold @tier1
Feature: Plans that are refused
  MTV says what is missing before anything is copied.

  Background:
    Given a source provider

  @vsphere
  Scenario: A network of the VM has no destination
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMNetworksNotMapped"
    And the plan does not report "VMStorageNotMapped"
    And no VM was migrated
