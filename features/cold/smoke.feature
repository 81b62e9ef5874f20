@cold @tier0
Feature: Cold migration
  Powered-off VMs are migrated to OpenShift Virtualization with unchanged hardware, networks and disks.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift @esxi @hyperv
  Scenario: A Linux VM keeps its hardware, networks and disks
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM was migrated
    And every VM has 1 disk
    And every VM passes all applicable checks
