//! Tag expressions: `@tier0 and not (@warm or @jira(MTV-559))`.

use cucumber::{gherkin::tagexpr::TagOperation, tag::Ext as _};

/// A parsed `--tags` expression.
#[derive(Debug, Clone)]
pub struct TagExpression {
    text: String,
    operation: TagOperation,
}

/// A tag expression that could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tag expression {0:?} cannot be read; {hint}", hint = hint(.0))]
pub struct Error(String);

/// The corrected expression, or an example.
fn hint(text: &str) -> String {
    let mended = mend(text);
    match mended.parse::<TagExpression>() {
        Ok(_) => format!("did you mean '{mended}'? tags begin with @, between them stand and, or, not"),
        Err(_) => "write for instance '@tier0 and not (@warm or @jira(MTV-559))'".to_owned(),
    }
}

/// The expression with words as operators, and with `@` before its tags.
fn mend(text: &str) -> String {
    let words = [
        ("&&", " and "),
        ("||", " or "),
        ("&", " and "),
        ("|", " or "),
        (",", " or "),
        ("!", " not "),
    ];
    let spelt = words
        .into_iter()
        .fold(text.to_owned(), |text, (sign, word)| text.replace(sign, word));
    let tagged = spelt.split_whitespace().map(|word| {
        let name = word.trim_start_matches('(');
        let (open, operator) = (word.strip_suffix(name).unwrap_or_default(), name.to_lowercase());
        match operator.as_str() {
            "and" | "or" | "not" => format!("{open}{operator}"),
            "" => word.to_owned(),
            _ if name.starts_with(['@', ')']) => word.to_owned(),
            _ => format!("{open}@{name}"),
        }
    });
    tagged.collect::<Vec<_>>().join(" ")
}

impl TagExpression {
    /// Whether the expression selects a scenario with these tags, given without `@`.
    pub fn selects(&self, tags: &[String]) -> bool {
        self.operation.eval(tags)
    }

    /// The tags in the expression, without `@`.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.operation, &mut names);
        names
    }
}

impl std::str::FromStr for TagExpression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let operation = escape(text.trim()).parse().map_err(|_| Error(text.to_owned()))?;
        Ok(Self {
            text: text.to_owned(),
            operation,
        })
    }
}

impl std::fmt::Display for TagExpression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn collect(operation: &TagOperation, names: &mut Vec<String>) {
    match operation {
        TagOperation::And(left, right) | TagOperation::Or(left, right) => {
            collect(left, names);
            collect(right, names);
        }
        TagOperation::Not(inner) => collect(inner, names),
        TagOperation::Tag(name) => names.push(name.clone()),
    }
}

/// Escapes parentheses that are part of a tag, as in `@jira(MTV-559)`, but not those for grouping.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_tag = false;
    let mut in_argument = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                escaped.push(character);
                escaped.extend(characters.next());
                continue;
            }
            '@' => in_tag = true,
            '(' if in_tag => {
                in_argument = true;
                escaped.push('\\');
            }
            ')' if in_argument => {
                in_argument = false;
                escaped.push('\\');
            }
            ')' => in_tag = false,
            ' ' if in_argument => escaped.push('\\'),
            character if character.is_whitespace() => in_tag = false,
            _ => {}
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn selects(expression: &str, tags: &[&str]) -> bool {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        expression.parse::<TagExpression>().unwrap().selects(&tags)
    }

    #[test]
    fn expressions_select_scenarios() {
        let cases: [(&str, &[&str], bool); 10] = [
            ("@a", &["a"], true),
            ("@a and @b", &["a"], false),
            ("@a or @b and @c", &["a"], true),
            ("not @a", &[], true),
            ("@cold and not (@tier1 or @esxi)", &["cold", "vsphere"], true),
            ("@jira(MTV-559)", &["jira(MTV-559)"], true),
            ("@jira\\(MTV-559\\)", &["jira(MTV-559)"], true),
            ("(@jira(MTV-559) or @b) and @c", &["jira(MTV-559)", "c"], true),
            ("(@jira(MTV-559) or @b) and @c", &["jira(MTV-559)"], false),
            ("not @jira(MTV-559)", &["jira(MTV-560)"], true),
        ];
        for (expression, tags, expected) in cases {
            assert_eq!(selects(expression, tags), expected, "{expression} on {tags:?}");
        }
    }

    #[test]
    fn invalid_expressions_are_refused() {
        for text in ["", "tier0", "@a and", "@a @b", "(@a", "@a)"] {
            assert!(text.parse::<TagExpression>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_correction_is_suggested() {
        let said = |text: &str| text.parse::<TagExpression>().unwrap_err().to_string();
        let all = [
            "tier0",
            "@cold && !@warm",
            "(tier0||@a), @jira(MTV-1)",
            "@a AND @b",
            "@a @b",
            "",
        ]
        .map(said);
        insta::assert_snapshot!(all.join("\n"), @r#"
        the tag expression "tier0" cannot be read; did you mean '@tier0'? tags begin with @, between them stand and, or, not
        the tag expression "@cold && !@warm" cannot be read; did you mean '@cold and not @warm'? tags begin with @, between them stand and, or, not
        the tag expression "(tier0||@a), @jira(MTV-1)" cannot be read; did you mean '(@tier0 or @a) or @jira(MTV-1)'? tags begin with @, between them stand and, or, not
        the tag expression "@a AND @b" cannot be read; did you mean '@a and @b'? tags begin with @, between them stand and, or, not
        the tag expression "@a @b" cannot be read; write for instance '@tier0 and not (@warm or @jira(MTV-559))'
        the tag expression "" cannot be read; write for instance '@tier0 and not (@warm or @jira(MTV-559))'
        "#);
    }

    #[test]
    fn the_tags_of_an_expression_are_listed() {
        let expression: TagExpression = "@a and not (@b or @jira(MTV-1))".parse().unwrap();
        assert_eq!(expression.names(), ["a", "b", "jira(MTV-1)"]);
    }

    proptest! {
        #[test]
        fn a_tag_with_an_argument_selects_itself(name in "[a-z]{1,8}", argument in "[A-Z]{1,4}-[0-9]{1,4}") {
            let tag = format!("{name}({argument})");
            let expression: TagExpression = format!("(not @other) and (@{tag} or @x)").parse().unwrap();
            prop_assert!(expression.selects(&[tag]));
            prop_assert!(!expression.selects(&["other".to_owned()]));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<TagExpression>();
        }
    }
}
