@cold
Feature: Cold migrations, sentence by sentence

  Background:
    Given a source provider

  @vsphere
  Scenario: One clone in one go
    Given the destination is the local cluster
    And a clone of the VM "mtv-tests-rhel8"
      | power       | off           |
      | disk type   | thin          |
      | name        | one-clone     |
      | target name | the-one-clone |
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state | on                 |
      | description        | one clone, one run |
    When the migration runs
    Then the plan does not report "VMNetworksNotMapped"
    And the migration succeeds
    And every VM was migrated
    And every VM has 1 disk
    And every VM passes all applicable checks

  @vsphere
  Scenario: Several clones, in two halves
    Given 2 clones of the VM "mtv-tests-rhel8"
    And clones of these VMs:
      | VM                 | power |
      | mtv-win2019-3disks | off   |
    And storage is mapped to the storage class "lab-block"
    And networks are mapped from the inventory, one entry per NIC
    And a cold migration plan
    Then the plan is ready
    When the migration starts
    And the migration finishes
    Then the migration succeeds
    And every VM passes the "memory" check
    And every VM passes these checks:
      | CPU        |
      | disk sizes |

  @vsphere
  Scenario: A plan that is never run
    Given the VM "mtv-tests-rhel8" as it is
    And storage is mapped from the inventory
    And networks are mapped from the inventory
    And a cold migration plan
    Then no VM was migrated
