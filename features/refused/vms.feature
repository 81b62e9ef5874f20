@cold @tier1
Feature: Plans that are refused because of their VMs
  MTV reports which VM cannot be migrated before it copies any disk.

  Background:
    Given a source provider

  @vsphere
  Scenario: A VM is in the plan twice
    Given the VM "mtv-win2019-79" as it is
    And the VM "mtv-win2019-79" as it is
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "DuplicateVM"
    And no VM was migrated

  @vsphere
  Scenario: Two VMs get the same name on the target
    Given the VM "mtv-win2019-79" as it is
      | target name | mtv-one-name-for-two |
    And the VM "mtv-tests-rhel9-luks" as it is
      | target name | mtv-one-name-for-two |
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "DuplicateVM"
    And the plan does not report "VMAlreadyExists"
    And no VM was migrated

  @vsphere
  Scenario: The target already has a VM with this name
    Given the VM "mtv-win2019-79" as it is
      | target name | mtv-taken-name |
    And the target already has a VM named "mtv-taken-name"
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMAlreadyExists"
    And no VM was migrated

  @vsphere
  Scenario: The target already has a VM with the same MAC address
    Given a clone of the VM "mtv-win2019-79"
    And the target already has a VM with a MAC address of the VM "mtv-win2019-79"
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "MacConflicts"
    And the plan does not report "VMAlreadyExists"
    And no VM was migrated

  @vsphere
  Scenario: A running VM has a shared disk
    Given a clone of the VM "mtv-feature-shared-rhel1"
      | power | on |
    And storage and networks are mapped from the inventory
    And a cold migration plan that is refused
    Then the plan is not ready because of "SharedDisks"
    And no VM was migrated
