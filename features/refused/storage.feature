@cold @tier1
Feature: Plans that are refused because of their storage
  MTV reports errors of the storage map before it copies any disk.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift @hyperv
  Scenario: Storage is mapped to a storage class that does not exist on the target
    Given a clone of the VM "mtv-tests-rhel8"
    And networks are mapped from the inventory
    And storage is mapped to the storage class "mtv-no-such-class"
    And a cold migration plan that is refused
    Then the plan is not ready because of "DestinationStorageNotValid"
    And the plan is not ready because of "StorageMapNotReady"
    And no VM was migrated
