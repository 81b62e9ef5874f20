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

  @vsphere
  Scenario: A success is claimed of a migration that fails
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | PVC name template | one-name-for-all-disks |
      | PVC generate name | no                     |
    When the migration runs
    Then the migration succeeds

  @vsphere
  Scenario: Another name is claimed of the target VM
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the target VM is named "web-1"

  @vsphere
  Scenario: The target VM has another name
    Given the lab has the defect "wrong VM name"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "VM name" check

  @vsphere
  Scenario: The target VM lacks a label
    Given the lab has the defect "missing label"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target labels | a=first, b=second |
    When the migration runs
    Then every VM passes the "labels" check

  @vsphere
  Scenario: The target VM runs on another node
    Given the lab has the defect "wrong node"
    And a clone of the VM "mtv-tests-rhel8"
    And a worker node reserved for this scenario
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state | on       |
      | target node        | reserved |
    When the migration runs
    Then every VM passes these checks:
      | power |
      | node  |

  @vsphere
  Scenario: The target VM lacks its affinity
    Given the lab has the defect "lost affinity"
    And a clone of the VM "mtv-tests-rhel8"
    And the target affinity is:
      """yaml
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions:
                - key: kubernetes.io/arch
                  operator: In
                  values: [amd64]
      """
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then every VM passes the "affinity" check

  @vsphere
  Scenario: Claims have other names
    Given the lab has the defect "wrong PVC name"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | PVC name template | claim-of-disk-{{ .DiskIndex }} |
      | PVC generate name | no                             |
    When the migration runs
    Then every VM passes the "PVC names" check
