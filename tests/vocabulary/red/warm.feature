@warm
Feature: What warm migrations do not do

  Background:
    Given a source provider

  @vsphere
  Scenario: More precopies are claimed than there was time for
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration starts
    And 1 precopy has completed
    And the cutover is scheduled now
    And the migration finishes
    Then at least 2 precopies were taken

  @vsphere
  Scenario: A migration is claimed to be quicker than it is
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration took less than 1 second

  @vsphere
  Scenario: Fewer VMs at a time are claimed than there were
    Given 2 clones of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then at most 1 VM was in flight at a time

  @vsphere
  Scenario: A precopy fails
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And storage and networks are mapped from the inventory
    And a warm migration plan
    And the lab fails "import fails"
    When the migration runs
    Then the migration succeeds

  @vsphere
  Scenario: A VM is cut over before its time
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "cutover at once"
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 50 minutes
    Then the migration succeeds

  @vsphere
  Scenario: A VM is switched off before its cutover
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "source off too early"
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 8 minutes
    Then the migration succeeds

  @vsphere
  Scenario: What a VM wrote last is not copied
    Given a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "last copy skipped"
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 3 minutes
    Then the migration succeeds
