@warm @tier0
Feature: Warm migration
  Running VMs are copied in precopies and are shut down only for the final copy.

  Background:
    Given a source provider
    And precopies are taken every 2 minutes

  @vsphere @ovirt
  Scenario: A running VM is copied in precopies and cut over at the set time
    Given a clone of the VM "mtv-tests-rhel8"
      | power       | on  |
      | guest agent | yes |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 5 minutes
    Then the migration succeeds
    And at least 1 precopy was taken
    And every VM passes all applicable checks

  @vsphere @ovirt @jira(MTV-200)
  Scenario: A running VM with two disks and two networks
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
      | power       | on  |
      | guest agent | yes |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 2 precopies have completed
    And the cutover is scheduled now
    And the migration finishes
    Then the migration succeeds
    And at least 2 precopies were taken
    And every VM has 2 disks
    And every VM passes all applicable checks
