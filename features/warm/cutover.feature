@warm @tier1
Feature: The cutover of a warm migration
  The operator decides when a running service is cut over, also after the first precopies.

  Background:
    Given a source provider
    And precopies are taken every 2 minutes

  @vsphere @ovirt
  Scenario: Several VMs are cut over on request
    Given clones of these VMs:
      | VM                         | power |
      | mtv-tests-rhel8            | on    |
      | mtv-rhel8-warm-2disks2nics | on    |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 1 precopy has completed
    And the cutover is scheduled now
    And the migration finishes
    Then the migration succeeds
    And every VM was migrated
    And at least 1 precopy was taken
    And every VM passes all applicable checks

  @vsphere
  Scenario: A powered-off VM is migrated warm
    Given a clone of the VM "mtv-tests-rhel8"
      | power | off |
    And storage and networks are mapped from the inventory
    And a warm migration plan
      | preflight inspection | no |
    When the migration starts
    And the cutover is scheduled in 1 minute
    And the migration finishes
    Then the migration succeeds
    And every VM passes all applicable checks
