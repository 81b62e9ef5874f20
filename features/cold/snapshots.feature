@cold @tier1
Feature: Snapshots of the source
  A migration copies the current state of a VM and keeps the snapshots of the source VM.

  Background:
    Given a source provider

  @vsphere
  Scenario: A VM with snapshots and an additional disk
    Given a clone of the VM "mtv-tests-rhel8"
    And every clone gets these disks:
      | size | provisioning |
      | 2 GB | thin         |
    And every clone has 2 snapshots
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM has 2 disks
    And every VM passes these checks:
      | disk sizes       |
      | disk order       |
      | snapshots        |
      | source untouched |
