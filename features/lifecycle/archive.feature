@lifecycle @cold @tier1
Feature: Archived plans
  An archived plan leaves nothing behind but the VMs that arrived.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift
  Scenario: What arrived stays when its plan is archived
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    And the plan is archived
    Then every VM was migrated
    And every VM passes all applicable checks
