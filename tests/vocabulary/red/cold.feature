@cold
Feature: What cold migrations do not do

  Background:
    Given a source provider

  @vsphere
  Scenario: A failure is claimed of a migration that succeeds
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration fails

  @vsphere
  Scenario: Another number of disks is claimed
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM has 2 disks
