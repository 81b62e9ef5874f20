Feature: Größe
