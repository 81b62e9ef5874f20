Scenario: A VM arrives
  Given a source provider
