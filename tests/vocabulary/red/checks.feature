@cold
Feature: What checks find
  Each check is shown a migration that comes out wrong in its respect.

  @vsphere
  Scenario: The source is left running
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "source left running"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "power" check

  @vsphere
  Scenario: CPU comes out wrong
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "wrong CPU"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "CPU" check

  @vsphere
  Scenario: Memory comes out wrong
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "wrong memory"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes all applicable checks

  @vsphere
  Scenario: A network interface is lost
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "lost NIC"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "network" check

  @vsphere
  Scenario: Volumes land on another storage class
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "wrong storage class"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "storage" check

  @vsphere
  Scenario: A disk is lost
    Given a source provider
    And a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And the lab has the defect "lost disk"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "disk count" check

  @vsphere
  Scenario: A disk shrinks
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "shrunk disk"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes these checks:
      | disk sizes |
      | memory     |

  @vsphere
  Scenario: Disks change places
    Given a source provider
    And a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And the lab has the defect "swapped disks"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "disk order" check

  @vsphere
  Scenario: The serial number is another one
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "wrong serial"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "serial" check

  @vsphere
  Scenario: The firmware is another one
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "wrong firmware"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "firmware" check

  @vsphere
  Scenario: A snapshot of the source is lost
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And every clone has 1 snapshot
    And the lab has the defect "lost snapshot"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "snapshots" check

  @vsphere
  Scenario: The source is changed
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "changed source"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "source untouched" check

  @vsphere
  Scenario: Credentials are left behind
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "forgotten secret"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "leftovers" check

  @vsphere
  Scenario: The guest agent is silent
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
      | guest agent timeout | 30 seconds |
    And the lab has the defect "silent guest agent"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "guest agent" check

  @vsphere
  Scenario: The certificate is not verified
    Given a source provider with its CA under "ca.crt"
    And a clone of the VM "mtv-tests-rhel8"
    And the lab has the defect "unverified certificate"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "TLS setting" check

  @vsphere
  Scenario: The source stays off after its migration is cancelled
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "source left off"
    And the lab holds "disk transfer"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration starts
    And the "disk transfer" step is running
    And the migration is cancelled
    Then every source VM is powered as it was

  @vsphere
  Scenario: Snapshots of a warm migration stay on the source
    Given a source provider
    And a clone of the VM "mtv-tests-rhel8"
      | power | on |
    And the lab has the defect "snapshot stays"
    And storage and networks are mapped from the inventory
    And a warm migration plan
    When the migration runs with cutover in 1 minute
    Then every VM passes the "leftovers" check
