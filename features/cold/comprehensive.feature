@cold @tier0
Feature: Comprehensive cold migration
  One migration with every option that a plan offers for its VMs.

  Background:
    Given a source provider

  @vsphere @ovirt @openstack @openshift @hyperv
  Scenario: A Windows server keeps its addresses on a selected node
    Given a clone of the VM "mtv-win2019-3disks"
      | power               | on         |
      | guest agent         | yes        |
      | guest agent timeout | 10 minutes |
    And VMs land in the namespace "mtv-comprehensive-*"
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
      | target power state    | on                                                                                        |
      | preserve static IPs   | yes                                                                                       |
      | nested virtualization | no                                                                                        |
      | PVC name template     | {{ .VmName \| trunc 32 \| trimSuffix "-" }}-{{ .VmName \| trunc -4 }}-disk-{{.DiskIndex}} |
      | PVC generate name     | no                                                                                        |
      | target labels         | mtv-comprehensive-label=<run>, test-type=comprehensive                                    |
      | target node           | reserved                                                                                  |
    When the migration runs
    Then the migration succeeds
    And every VM passes all applicable checks

  @vsphere
  Scenario: A Linux server with a new name and name templates
    Given a clone of the VM "mtv-rhel8-warm-2disks2nics"
      | target name | web-<run> |
    And VMs land in the namespace "mtv-comprehensive-*"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state    | on                                                                                |
      | PVC name template     | {{ .TargetVmName }}-{{ if eq .DiskIndex .RootDiskIndex }}root{{ else }}data{{ end }} |
      | volume name template  | disk-{{ .VolumeIndex }}                                                           |
      | network name template | nic-{{ .NetworkIndex }}                                                           |
      | target labels         | test-type=comprehensive                                                           |
    When the migration runs
    Then the migration succeeds
    And the target VM is named "web-<run>"
    And every VM passes all applicable checks

  @vsphere
  Scenario: Several VMs in one migration
    Given 2 clones of the VM "mtv-tests-rhel8"
    And a clone of the VM "mtv-win2019-3disks"
      | power | on |
    And VMs land in the namespace "mtv-comprehensive-*"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | PVC name template | {{ .TargetVmName \| trunc -20 }}-disk-{{ .DiskIndex }} |
      | target labels     | test-type=comprehensive                                |
    When the migration runs
    Then the migration succeeds
    And every VM passes all applicable checks
