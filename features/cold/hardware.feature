@cold @tier1
Feature: Cold migration of larger VMs
  All disks and NICs of a VM are migrated, regardless of their number.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift @hyperv
  Scenario: A Windows server with three disks and two NICs
    Given a clone of the VM "mtv-win2019-3disks"
      | power       | off |
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state | on |
    When the migration runs
    Then the migration succeeds
    And every VM has 3 disks
    And every VM passes all applicable checks
