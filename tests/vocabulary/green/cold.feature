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

  @vsphere
  Scenario: All that a plan can ask for of its VM
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
      | target name | all-<run> |
    And VMs land in the namespace "cold-*"
    And extra networks live in the namespace "default"
    And a worker node reserved for this scenario
    And the target affinity is:
      """yaml
      podAffinity:
        preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 50
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: test
      """
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state          | on                                                         |
      | preserve static IPs         | no                                                         |
      | PVC name template           | {{ .TargetVmName \| trunc -20 }}-disk-{{ .DiskIndex }}     |
      | PVC generate name           | no                                                         |
      | volume name template        | disk-{{ .VolumeIndex }}                                    |
      | network name template       | {{ if eq .NetworkType "pod" }}default{{ else }}extra-{{ .NetworkIndex }}{{ end }} |
      | target labels               | team=mtv, run=<run>                                        |
      | target node                 | reserved                                                   |
      | converter node              | reserved                                                   |
      | nested virtualization       | no                                                         |
      | XFS compatibility           | no                                                         |
      | RDM as LUN                  | no                                                         |
      | migrate shared disks        | yes                                                        |
      | preflight inspection        | no                                                         |
      | skip guest conversion       | no                                                         |
      | delete guest conversion pod | yes                                                        |
      | legacy drivers              | no                                                         |
      | preserve CPU model          | no                                                         |
      | compatibility mode          | yes                                                        |
    When the migration runs
    Then the migration succeeds
    And the target VM is named "all-<run>"
    And every VM passes these checks:
      | power     |
      | VM name   |
      | node      |
      | labels    |
      | affinity  |
      | PVC names |
    And every VM passes all applicable checks

  @vsphere
  Scenario: Maps row by row, and claims with generated names
    Given a clone of the VM "mtv-tests-rhel8"
    And VMs land in the namespace "landing-<run>"
    And storage is mapped as follows:
      | source    | storage class | access mode   | volume mode |
      | LocalDS_0 | lab-block     | ReadWriteOnce | Block       |
    And networks are mapped as follows:
      | source          | destination |
      | VM Network      | pod         |
      | VM Test Network | ignored     |
      | cnv-test        | ignored     |
    And a cold migration plan
      | PVC name template | {{ .FileName \| trimSuffix ".vmdk" \| replace "_" "-" \| trunc 40 \| trimSuffix "-" }}-{{ .DiskIndex }} |
    When the migration runs
    Then the migration succeeds
    And every VM passes the "PVC names" check
    And every VM passes the "storage" check
