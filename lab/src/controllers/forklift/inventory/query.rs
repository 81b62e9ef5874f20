//! Query parameters of the inventory: `detail`, `limit`, `offset`, `name`, `namespace`.

use std::collections::HashMap;

/// Detail level that shows all fields.
pub const ALL: u8 = u8::MAX;

/// Query parameters of a request.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// Detail level; 0 shows only the base of an object.
    pub detail: u8,
    /// Only objects of this name (or path).
    pub name: Option<String>,
    /// Only objects of this namespace.
    pub namespace: Option<String>,
    limit: Option<usize>,
    offset: usize,
}

impl Query {
    /// Parses the parameters; `None`: a numeric parameter is not a number.
    pub fn parse(parameters: &HashMap<String, String>) -> Option<Self> {
        let number = |key: &str| match parameters.get(key) {
            None => Some(None),
            Some(text) => text.parse::<usize>().ok().map(Some),
        };
        let limit = number("limit")?;
        let offset = number("offset")?.unwrap_or(0);
        let detail = match parameters.get("detail").map(String::as_str) {
            None | Some("") => 0,
            Some("all") => ALL,
            Some(text) => text.parse().ok()?,
        };
        let text = |key: &str| parameters.get(key).filter(|text| !text.is_empty()).cloned();
        Some(Self {
            detail,
            name: text("name"),
            namespace: text("namespace"),
            limit,
            offset,
        })
    }

    /// Cuts the requested page from the items.
    pub fn page<T>(&self, items: Vec<T>) -> Vec<T> {
        let limit = self.limit.unwrap_or(usize::MAX);
        items.into_iter().skip(self.offset).take(limit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Option<Query> {
        Query::parse(&pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn detail_is_a_number_or_all() {
        assert_eq!(parse(&[]).unwrap().detail, 0);
        assert_eq!(parse(&[("detail", "all")]).unwrap().detail, ALL);
        assert_eq!(parse(&[("detail", "4")]).unwrap().detail, 4);
        assert_eq!(parse(&[("detail", "bad")]), None);
        assert_eq!(parse(&[("limit", "x")]), None);
    }

    #[test]
    fn pages_are_cut() {
        let query = parse(&[("limit", "2"), ("offset", "1")]).unwrap();
        assert_eq!(query.page(vec![1, 2, 3, 4]), [2, 3]);
    }
}
