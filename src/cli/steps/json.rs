//! The sentence catalogue as JSON.

use serde_json::{Value, json};

use crate::steps::field::{Field, Takes};
use crate::steps::sentence::{Argument, Sentence};

/// Sentences as a JSON array.
pub fn sentences(sentences: &[&Sentence]) -> Value {
    sentences.iter().map(|one| sentence(one)).collect()
}

fn sentence(sentence: &Sentence) -> Value {
    let placeholders = sentence.placeholders().map(|(placeholder, field)| {
        json!({
            "placeholder": placeholder,
            "name": field.name,
            "meaning": field.meaning,
            "takes": takes(field),
        })
    });
    json!({
        "keyword": format!("{:?}", sentence.keyword()),
        "expression": sentence.expression,
        "part": sentence.part.title(),
        "meaning": sentence.meaning,
        "available": sentence.available(),
        "placeholders": placeholders.collect::<Value>(),
        "argument": argument(&sentence.argument),
        "example": sentence.example,
    })
}

fn argument(argument: &Argument) -> Value {
    let kind = match argument {
        Argument::None => return Value::Null,
        Argument::Options(_) => "options",
        Argument::Rows(_) => "rows",
        Argument::Names(_) => "names",
        Argument::DocString(_) => "doc string",
    };
    let one = matches!(argument, Argument::Names(_) | Argument::DocString(_));
    let fields = argument.fields().iter().map(|field| {
        json!({
            "name": field.name,
            "meaning": field.meaning,
            "takes": takes(field),
            "required": field.required || one,
            "available": !field.later,
        })
    });
    json!({ "kind": kind, "fields": fields.collect::<Value>() })
}

/// The allowed words, or a text that describes the values.
fn takes(field: &Field) -> Value {
    match field.takes() {
        Takes::Words(words) => json!(words),
        Takes::Text(text) => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use crate::steps::catalogue;

    #[test]
    fn json_has_words_table_and_example_of_a_sentence() {
        let one = catalogue::sentences().find(|one| one.expression == "a {word} hook that runs:");
        insta::assert_snapshot!(format!("{:#}", super::sentences(&[one.expect("the sentence")])), @r#"
        [
          {
            "keyword": "Given",
            "expression": "a {word} hook that runs:",
            "part": "Given: maps, hooks, plan",
            "meaning": "For each VM of the plan, MTV runs this Ansible playbook. Modules may have their full names.",
            "available": true,
            "placeholders": [
              {
                "placeholder": "{word}",
                "name": "hook",
                "meaning": "before the disks are copied, or after the VM has been created",
                "takes": [
                  "pre-migration",
                  "post-migration"
                ]
              }
            ],
            "argument": {
              "kind": "doc string",
              "fields": [
                {
                  "name": "playbook",
                  "meaning": "what MTV runs",
                  "takes": "an Ansible playbook: a YAML list of plays",
                  "required": true,
                  "available": true
                }
              ]
            },
            "example": "Given a pre-migration hook that runs:\n  \"\"\"\n  - hosts: localhost\n    tasks:\n      - ansible.builtin.debug:\n          msg: before the migration\n  \"\"\""
          }
        ]
        "#);
    }
}
