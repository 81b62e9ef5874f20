@lifecycle @cold @tier1
Feature: Deleted plans
  Migrated VMs are kept when their plan is deleted.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift
  Scenario: Migrated VMs are kept when their plan is deleted
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is deleted
    Then every VM was migrated
    And every VM has 1 disk
    And every VM passes all applicable checks
