@cold
Feature: Checks and what they need, sentence by sentence

  @vsphere
  Scenario: A clone with more disks and snapshots, from a provider with its CA under another key
    Given a source provider with its CA under "ca.crt"
    And a clone of the VM "mtv-tests-rhel8"
      | guest agent         | yes       |
      | guest agent timeout | 4 minutes |
    And every clone gets these disks:
      | size | provisioning | mode                   |
      | 1 GB | thin         | persistent             |
      | 2 GB | thick-lazy   | independent persistent |
    And every clone has 2 snapshots
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | delete guest conversion pod | yes |
    When the migration runs
    Then the migration succeeds
    And every VM has 3 disks
    And every VM passes these checks:
      | TLS setting      |
      | guest agent      |
      | disk sizes       |
      | disk order       |
      | snapshots        |
      | serial           |
      | firmware         |
      | source untouched |
      | leftovers        |

  @vsphere
  Scenario: A Windows VM from a provider whose certificate nobody verifies
    Given a source provider that skips certificate verification
    And a clone of the VM "mtv-win2022-ip-3disks"
    And storage and networks are mapped from the inventory
    And a cold migration plan
      | target power state | off |
    When the migration runs
    Then the migration succeeds
    And every VM passes the "TLS setting" check
    And every VM passes all applicable checks
