@cold @vsphere
Feature: Cold
  Scenario:
    Given a source provider
    and a clone of the VM "mtv-tests-rhel8"
