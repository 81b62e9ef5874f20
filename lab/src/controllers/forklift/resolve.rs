//! Resolves references of maps and plans to objects of the source; an id takes precedence over a name
//! (`pkg/controller/provider/web/base/client.go`).

use forklift_api::forklift::Ref;

/// Result of resolving a reference.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved<T> {
    /// Exactly one object.
    One(T),
    /// The reference has neither id nor name.
    NotSet,
    /// No object matches.
    NotFound,
    /// Several objects match.
    Ambiguous,
}

impl<T> Resolved<T> {
    /// Resolves by id if the reference has one, else by name.
    pub fn find(
        id: Option<&str>,
        name: Option<&str>,
        by_id: impl Fn(&str) -> Option<T>,
        by_name: impl Fn(&str) -> Vec<T>,
    ) -> Self {
        let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        match (filled(id), filled(name)) {
            (Some(id), _) => by_id(&id).map_or(Self::NotFound, Self::One),
            (None, Some(name)) => {
                let mut found = by_name(&name);
                match (found.pop(), found.is_empty()) {
                    (Some(one), true) => Self::One(one),
                    (Some(_), false) => Self::Ambiguous,
                    (None, _) => Self::NotFound,
                }
            }
            (None, None) => Self::NotSet,
        }
    }
}

/// Formats a reference for conditions, with the same spaces as Forklift (`pkg/apis/forklift/v1beta1/ref/ref.go`).
pub fn text(reference: &Ref) -> String {
    let kind = reference
        .type_
        .as_deref()
        .map(|kind| format!("({kind})"))
        .unwrap_or_default();
    let id = reference.id.as_deref().unwrap_or_default();
    let name = reference.name.as_deref().unwrap_or_default();
    format!("{kind} id:{id} name:'{name}' ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_shown_with_forklifts_spaces() {
        let reference = Ref {
            id: Some("vm-431".into()),
            name: Some("mtv-rhel8".into()),
            ..Ref::default()
        };
        assert_eq!(text(&reference), " id:vm-431 name:'mtv-rhel8' ");
    }

    #[test]
    fn an_id_takes_precedence_and_names_may_be_ambiguous() {
        let by_id = |id: &str| (id == "a").then_some(1);
        let by_name = |name: &str| if name == "two" { vec![1, 2] } else { Vec::new() };
        let resolve = |id, name| Resolved::find(id, name, by_id, by_name);
        assert_eq!(resolve(Some("a"), Some("two")), Resolved::One(1));
        assert_eq!(resolve(Some("b"), None), Resolved::NotFound);
        assert_eq!(resolve(None, Some("two")), Resolved::Ambiguous);
        assert_eq!(resolve(Some(""), None), Resolved::NotSet);
    }
}
