Feature: Cold

  Given a source provider
