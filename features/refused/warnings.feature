@cold @tier1
Feature: Plans with warnings
  MTV warns about properties that a migration does not preserve and accepts the plan.

  Background:
    Given a source provider

  @vsphere
  Scenario: Static addresses of a powered-off VM cannot be preserved
    Given a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | preserve static IPs | yes |
    Then the plan is ready
    And the plan reports "VMMissingGuestIPs"
    And the plan reports "NetMapPreservingIPsOnPodNetwork"

  @vsphere
  Scenario: A name that is invalid in Kubernetes is changed
    Given a clone of the VM "mtv-win2019-79"
      | name             | Mtv_Win2019_Caps |
      | keep name format | yes              |
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready
    And the plan reports "TargetNameNotValid"

  @vsphere
  Scenario: A disk that two VMs share would be copied twice
    Given the VM "mtv-feature-shared-rhel1" as it is
    And the VM "mtv-feature-shared-rhel2" as it is
    And storage and networks are mapped from the inventory
    And a cold migration plan
    Then the plan is ready
    And the plan reports "SharedWarnDisks"
