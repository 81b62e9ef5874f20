@cold
Feature: Refusals, sentence by sentence

  Background:
    Given a source provider

  @vsphere
  Scenario: A network without a destination
    Given a clone of the VM "mtv-tests-rhel8"
    And storage is mapped as follows:
      | source    | storage class |
      | LocalDS_0 | lab-block     |
    And networks are mapped as follows:
      | source     | destination |
      | VM Network | pod         |
    And a cold migration plan that is refused
    Then the plan is not ready because of "VMNetworksNotMapped"
