Feature: Cold

  Scenaro: A VM arrives
    Given a source provider
