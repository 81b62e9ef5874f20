@cold @tier1
Feature: Plans that are refused for their storage
  MTV says what is wrong with the storage map before anything is copied.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift @hyperv
  Scenario: Storage becomes a storage class that the target does not have
    Given a clone of the VM "mtv-tests-rhel8"
    And networks are mapped from the inventory
    And storage is mapped to the storage class "mtv-no-such-class"
    And a cold migration plan that is refused
    Then the plan is not ready because of "DestinationStorageNotValid"
    And the plan is not ready because of "StorageMapNotReady"
    And no VM was migrated
