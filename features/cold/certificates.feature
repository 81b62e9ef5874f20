@cold @tier1
Feature: Certificates of source providers
  MTV verifies the certificate of a provider with the CA in its Secret, unless verification is switched off.

  @vsphere @esxi @ovirt @openstack
  Scenario: The CA certificate is in the key ca.crt
    Given a source provider with its CA under "ca.crt"
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM passes the "TLS setting" check

  @vsphere @esxi @ovirt @openstack
  Scenario: The certificate is not verified
    Given a source provider that skips certificate verification
    And a clone of the VM "mtv-tests-rhel8"
    And storage and networks are mapped from the inventory
    And a cold migration plan
    When the migration runs
    Then the migration succeeds
    And every VM passes the "TLS setting" check
