@cold @tier1
Feature: Plans that are refused because of their networks
  MTV reports errors of the network map before it copies any disk.

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

  @vsphere
  Scenario: Two networks of the VM are mapped to the pod network
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source          | destination |
      | VM Network      | pod         |
      | VM Test Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMMultiplePodNetworkMappings"
    And the plan does not report "VMNetworksNotMapped"
    And no VM was migrated

  @vsphere
  Scenario: Two NICs of the VM share a network that is mapped to the pod network
    Given a clone of the VM "mtv-tests-rhel9-dual-nic"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMMultiplePodNetworkMappings"
    And no VM was migrated

  @vsphere
  Scenario: A network is mapped to a network that does not exist on the target
    Given a clone of the VM "mtv-win2019-79"
    And storage is mapped from the inventory
    And networks are mapped as follows:
      | source     | destination                 |
      | VM Network | default/mtv-no-such-network |
    And a cold migration plan that is refused
    Then the plan is not ready because of "DestinationNetworkNotValid"
    And the plan is not ready because of "NetworkMapNotReady"
    And no VM was migrated
