@cold
Feature: Refusals, sentence by sentence

  Background:
    Given a source provider

  @vsphere
  Scenario: A network without a destination
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped as follows:
      | source    | storage class |
      | LocalDS_0 | lab-block     |
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMNetworksNotMapped"
    And the plan does not report "VMStorageNotMapped"
    And no VM was migrated

  @vsphere
  Scenario: A storage without a storage class
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped as follows:
      | source    | storage class |
      | LocalDS_1 | lab-block     |
    And networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMStorageNotMapped"
    And the plan does not report "VMNetworksNotMapped"

  @vsphere
  Scenario: A storage class that is not there
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped as follows:
      | source    | storage class | access mode   | volume mode |
      | LocalDS_0 | lab-tin       | ReadWriteMany | Block       |
    And networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "StorageMapNotReady"
    And the plan is not ready because of "DestinationStorageNotValid"

  @vsphere
  Scenario: A name that is taken
    Given clones of these VMs:
      | VM             | target name  |
      | mtv-win2019-79 | taken-by-two |
    And the target already has a VM named "taken-by-two"
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMAlreadyExists"

  @vsphere
  Scenario: A MAC address that is taken
    Given a clone of the VM "mtv-win2019-79"
    And the target already has a VM with a MAC address of the VM "mtv-win2019-79"
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "MacConflicts"

  @vsphere
  Scenario: A running VM whose guest has no tools
    Given a clone of the VM "mtv-tests-no-tools"
      | power | on |
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "GuestToolsIssue"

  @vsphere
  Scenario: A plan that only warns
    Given a clone of the VM "mtv-win2019-79"
      | name             | Mtv_Win2019_Caps |
      | keep name format | yes              |
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | preserve static IPs | yes |
    Then the plan is ready
    And the plan reports "TargetNameNotValid"
    And the plan reports "VMMissingGuestIPs"
    And the plan reports "NetMapPreservingIPsOnPodNetwork"
    When the migration runs
    Then the migration succeeds
    And every VM was migrated

  @vsphere
  Scenario: A VDDK image without a VDDK
    Given a clone of the VM "mtv-win2019-79"
    And the lab fails "VDDK image is invalid"
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "VDDKInvalid"
