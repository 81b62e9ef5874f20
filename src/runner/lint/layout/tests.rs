//! Tests of the layout check.

use super::*;

fn mistakes(text: &str) -> String {
    let found = examine(&Text::new("a", text)).problems;
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    shown.join("\n")
}

fn in_scenario(steps: &str) -> String {
    mistakes(&format!("Feature: F\n  Scenario: S\n{steps}"))
}

#[test]
fn misspelt_keywords_are_not_taken_for_descriptions() {
    insta::assert_snapshot!(mistakes("Feature: F\n  Scenaro: S\n    Given x\n  scenario: T\n    given y\n    Wenn z\n  Scenario Outlin: U\n  Scenario : V\n"), @r#"
        a:2:3: "Scenaro" is no keyword
            did you mean "Scenario:"?
        a:4:3: "scenario" is no keyword
            did you mean "Scenario:"?
        a:7:3: "Scenario Outlin" is no keyword
            did you mean "Scenario Outline:"?
        a:8:3: no space stands between "Scenario" and the colon
        "#);
    insta::assert_snapshot!(mistakes("Feature: F\n  Scenario without a colon\n  Rules of the game: none.\n"), @r#"
        a:2:3: this line begins with "Scenario", but has no colon behind it
            a heading is written "Scenario: title"; a description begins with another word
        a:3:3: this line begins with "Rule", but has no colon behind it
            a heading is written "Rule: title"; a description begins with another word
        "#);
    insta::assert_snapshot!(mistakes("Featur: F\n  Scenario: S\n    Given x\n"), @r#"
        a:1:1: "Featur:" is no keyword
            did you mean "Feature:"?
        "#);
}

#[test]
fn descriptions_may_contain_any_text() {
    let text = "Feature: F\n  Note: when a VM is off\n  Given time, all will be well.\n\n  Background:\n    Quick: yes\n    Given x\n  Scenario: S\n    Why not.\n    * x\n";
    assert_eq!(mistakes(text), "");
}

#[test]
fn misplaced_lines_are_refused() {
    insta::assert_snapshot!(mistakes("Feature: F\n  | a |\n  Scenario: S\n    Given x\n  Background:\n    Given y\n  Examples:\n  Feature: G\n  Scenario: T\n"), @"
        a:2:3: this table belongs to no step
        a:5:3: a Background stands before the first scenario, once
        a:7:3: Examples belong to a Scenario Outline
        a:8:3: a file holds one feature, this is a second one
            move it to a file of its own
        ");
    insta::assert_snapshot!(mistakes("Feature: F\n  Scenario Outline: S\n    Given x\n    Examples:\n      | a |\n    Then y\n"), @"a:6:5: steps come before the Examples");
    insta::assert_snapshot!(mistakes("Scenario: S\n  Given x\n"), @r#"a:1:1: "Feature:" comes before "Scenario:""#);
    insta::assert_snapshot!(mistakes("hello\n"), @r#"a:1:1: "Feature:" comes first, this is "hello""#);
    insta::assert_snapshot!(mistakes(""), @r#"a: has no "Feature:""#);
}

#[test]
fn ragged_and_broken_rows_are_refused() {
    insta::assert_snapshot!(in_scenario("    Given x\n      | a | b |\n      # why\n      | 1 | x | y |\n      | 2 |\n      | 3 | 4\n      | 5 \\| | 6 |\n      | \\d | 7 |\n"), @r"
        a:6:7: this row has 3 cells, the first row of its table (line 4) has 2
            a | that belongs to a value is written \|
        a:7:7: this row has 1 cell, the first row of its table (line 4) has 2
            a | that belongs to a value is written \|
        a:8:7: this table row does not end with |
        a:10:9: \d means nothing in a table
            a \ is written \\, a | that belongs to a value \|, a line break \n
        ");
}

#[test]
fn a_row_without_its_first_bar_belongs_to_the_table() {
    insta::assert_snapshot!(in_scenario("    Given x\n      a | b |\n      | c | d |\n      e | f | g |\n    Then y\n"), @r#"
    a:4:7: this table row does not begin with |
    a:6:7: this table row does not begin with |
    a:6:7: this row has 3 cells, the first row of its table (line 4) has 2
        a | that belongs to a value is written \|
    "#);
}

#[test]
fn doc_strings_follow_a_step_and_are_closed() {
    insta::assert_snapshot!(in_scenario("    \"\"\"\n    x\n    \"\"\"\n    Given x\n      \"\"\"yaml\n      a: \"\"\"\n      \"\"\"\n    Given y\n      ```\n      never ends\n"), @r#"
        a:3:5: this doc string belongs to no step
        a:8:10: """ in a doc string ends it
            begin and end this doc string with ```
        a:11:7: this doc string has no closing ```
        "#);
    assert_eq!(
        in_scenario("    Given x\n      ```\n      | a | b |\n      | 1 |\n      Scenaro: x\n      ```\n"),
        ""
    );
}

#[test]
fn tags_belong_to_headings_and_have_no_spaces() {
    insta::assert_snapshot!(mistakes("@known issue\nFeature: F\n  @a\n  Background:\n    Given x\n  @b # why\n  Scenario: S\n    @c\n    Given x\n  @d\n"), @r#"
        a:1:8: "issue" is no tag: tags begin with @ and have no spaces
        a:3:3: these tags belong to nothing
            tags stand above Feature, Rule, Scenario or Examples
        a:8:5: these tags belong to nothing
            tags stand above Feature, Rule, Scenario or Examples
        a:10:3: these tags belong to nothing
            tags stand above Feature, Rule, Scenario or Examples
        "#);
}

#[test]
fn spaces_and_languages_are_checked() {
    insta::assert_snapshot!(mistakes("Feature: F\n\u{a0}Scenario: S\n    Given x\n"), @"
        a:2:2: this line begins with U+00A0, which Gherkin takes for a letter
            write ordinary spaces
        ");
    insta::assert_snapshot!(mistakes("# language: klingon\nFeature: F\n"), @r#"a:1:13: Gherkin has no language "klingon""#);
    insta::assert_snapshot!(mistakes("# ours\n# language: de\nFunktionalität: F\n"), @"a:2:13: the language stands in the first line, or it is not heeded");
    assert_eq!(
        mistakes("# language: de \nFunktionalität: F\n  Szenario: S\n    Wenn x\n      | a |\n"),
        ""
    );
}
