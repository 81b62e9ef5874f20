@lifecycle @cold @tier1
Feature: Plans that are run again
  A plan whose migration failed or was cancelled can be run again.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack
  Scenario: A VM is migrated in the second run
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration is cancelled
    And the migration is started again
    And the migration finishes
    Then the migration succeeds
    And every VM passes all applicable checks
