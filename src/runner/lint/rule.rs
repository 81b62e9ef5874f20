//! The kinds of mistakes that are found, each with a stable name.

macro_rules! rules {
    ($($variant:ident: $name:literal, $meaning:literal;)*) => {
        /// A kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $meaning] $variant,)*
        }

        impl Rule {
            /// All kinds, in the order of the checks.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Stable name of the kind.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Description of the mistakes of this kind.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

rules! {
    Unreadable: "unreadable", "a file that does not exist, cannot be read, is not UTF-8, or lacks the line that was asked for";
    UnknownLanguage: "unknown-language", "a `# language:` that Gherkin does not have, or that is not the first line";
    NoFeature: "no-feature", "a file without `Feature:`, or with something before it";
    SeveralFeatures: "several-features", "a second `Feature:` in a file";
    EmptyFeature: "empty-feature", "a feature without scenarios";
    UnknownKeyword: "unknown-keyword", "a line that begins with no keyword, or with a misspelt one";
    MisplacedHeading: "misplaced-heading", "a `Background:` or `Examples:` where none can be";
    MisplacedStep: "misplaced-step", "a step outside of a scenario";
    MisplacedTable: "misplaced-table", "a table that belongs to no step";
    RowWidth: "row-width", "a row with more or fewer cells than its table";
    BrokenRow: "broken-row", "a row without its first or last `|`, or with an unknown `\\` in it";
    DocString: "doc-string", "a doc string that belongs to no step, or does not end";
    BrokenTag: "broken-tag", "a tag that belongs to nothing, or has a space in it";
    OddSpace: "odd-space", "a line that begins with a space that Gherkin takes for a letter";
    NotGherkin: "not-gherkin", "a line that cannot be read for another reason";
    OutlineWithoutRows: "outline-without-rows", "an outline without Examples, or Examples without rows";
    UnknownPlaceholder: "unknown-placeholder", "a `<name>` that no column of the Examples gives";
    ExamplesColumn: "examples-column", "a column of Examples that is not used, is there twice, or is called `run`";
    NoTitle: "no-title", "a feature or scenario without a title";
    DuplicateTitle: "duplicate-title", "a title that another scenario of the feature, or another feature, has";
    EmptyScenario: "empty-scenario", "a scenario without steps";
    NothingChecked: "nothing-checked", "a scenario without a `Then`: it would pass whatever comes of it";
    UndefinedSentence: "undefined-sentence", "a sentence that is not known";
    AmbiguousSentence: "ambiguous-sentence", "a sentence that more than one definition fits";
    WrongKeyword: "wrong-keyword", "a known sentence after another keyword than its own";
    NotYetAvailable: "not-yet-available", "a sentence, option, value or check that comes with a later version";
    UnknownOption: "unknown-option", "an option or column that the sentence does not have";
    OptionTwice: "option-twice", "an option, a column or the source of a map that is given twice";
    MissingColumn: "missing-column", "a column that the table cannot do without";
    WrongValue: "wrong-value", "a value that the option, the column or the sentence does not take";
    UnknownCheck: "unknown-check", "a check that does not exist";
    WrongDocString: "wrong-doc-string", "a doc string that is not what the sentence needs";
    WrongArgument: "wrong-argument", "a table or doc string that is missing, not wanted, or of another shape";
    WrongOrder: "wrong-order", "a sentence before what it needs, or after what it should have preceded";
    MappedTwice: "mapped-twice", "a second sentence about what storage or networks become: one of them would not be heeded";
    Contradiction: "contradiction", "a sentence that the plan of the scenario does not go with";
    PlatformCannot: "platform-cannot", "a platform among the tags that cannot do what the scenario asks for";
    OnlyInTheLab: "only-in-the-lab", "a sentence that only the simulated lab can carry out, where another target is chosen";
    UnknownTag: "unknown-tag", "a tag that is neither known nor in the setting run.tags";
    TagArgument: "tag-argument", "a tag with an argument of the wrong form, without its argument, or with one too many";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_have_the_same_form() {
        let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        }
    }
}
