Feature: Cold

  Scenario: A VM arrives
    Givn a source provider
