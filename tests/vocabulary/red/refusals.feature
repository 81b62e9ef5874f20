@cold
Feature: What refused plans do not do

  Background:
    Given a source provider

  @vsphere
  Scenario: A refused plan is said to be ready
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is ready

  @vsphere
  Scenario: A plan is said to be refused for what is in order
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMStorageNotMapped"

  @vsphere
  Scenario: A plan whose storage map is refused is said to be refused for its networks
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped to the storage class "lab-tin"
    And networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMNetworksNotMapped"

  @vsphere
  Scenario: A warning is said to be a refusal
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | preserve static IPs | yes |
    Then the plan is not ready because of "VMMissingGuestIPs"

  @vsphere
  Scenario: A plan is said to report what it does not
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan reports "TargetNameNotValid"

  @vsphere
  Scenario: A plan is said not to report what it does
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | preserve static IPs | yes |
    Then the plan does not report "VMMissingGuestIPs"

  @vsphere
  Scenario: The VM of a refused plan is said to have been migrated
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then every VM was migrated

  @vsphere
  Scenario: A VM that was migrated is said not to be there
    Given a clone of the VM "mtv-win2019-79"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then no VM was migrated
