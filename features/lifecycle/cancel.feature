@lifecycle @tier1
Feature: Cancelled migrations
  A cancelled migration restores the source VMs and removes what it created on the target.

  Background:
    Given a source provider

  @cold @vsphere @ovirt @openstack
  Scenario: A migration is cancelled while its disks are copied
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration is cancelled
    Then the migration is reported as cancelled
    And no VM was migrated
    And no volume of the plan remains
    And every source VM is powered as it was

  @cold @vsphere @ovirt @openstack
  Scenario: One of two VMs is cancelled
    Given a clone of the VM "mtv-tests-rhel8"
    And a clone of the VM "mtv-win2019-3disks"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration of the VM "mtv-tests-rhel8" is cancelled
    And the migration finishes
    Then the migration succeeds
    And the VM "mtv-win2019-3disks" was migrated
    And the VM "mtv-tests-rhel8" was not migrated

  @warm @vsphere @ovirt
  Scenario: A warm migration is cancelled between its precopies
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 1 precopy has completed
    And the migration is cancelled
    Then the migration is reported as cancelled
    And no VM was migrated
    And no volume of the plan remains
    And every source VM is powered as it was
