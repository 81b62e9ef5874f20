//! Reads properties of one object, of several objects, or of all objects of a type.

use crate::{Client, Error, MoRef, Object, Value};

/// Maximum number of objects per answer.
const PAGE: i32 = 1000;

impl Client {
    /// Returns all objects of a type in the inventory, subtypes included, with the given properties. Without paths, it
    /// returns references only.
    pub async fn list(&self, kind: &str, paths: &[&str]) -> Result<Vec<Object>, Error> {
        let view = self.container_view(&[kind]).await?;
        let listed = self.retrieve(view_spec(&view, &[(kind, paths)])).await;
        self.call(&view, "DestroyView", vec![]).await?;
        listed
    }

    /// Returns one object with the given properties.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if the object does not exist.
    pub async fn get(&self, moref: &MoRef, paths: &[&str]) -> Result<Object, Error> {
        let objects = self.get_many(std::slice::from_ref(moref), paths).await?;
        objects.into_iter().next().ok_or_else(|| Error::Missing {
            method: "RetrievePropertiesEx".to_owned(),
            object: moref.clone(),
            field: "objects",
        })
    }

    /// Returns several objects, which can have different types, with the given properties.
    pub async fn get_many(&self, morefs: &[MoRef], paths: &[&str]) -> Result<Vec<Object>, Error> {
        if morefs.is_empty() {
            return Ok(Vec::new());
        }
        let mut kinds: Vec<&str> = morefs.iter().map(|moref| moref.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let objects = morefs
            .iter()
            .map(|moref| Value::data("ObjectSpec").with("obj", moref).with("skip", false));
        let spec = Value::data("PropertyFilterSpec")
            .with(
                "propSet",
                kinds
                    .into_iter()
                    .map(|kind| property_spec(kind, paths))
                    .collect::<Vec<_>>(),
            )
            .with("objectSet", objects.collect::<Vec<_>>());
        self.retrieve(spec).await
    }

    async fn retrieve(&self, spec: Value) -> Result<Vec<Object>, Error> {
        let collector = &self.content().property_collector;
        let options = Value::data("RetrieveOptions").with("maxObjects", PAGE);
        let args = vec![("specSet", spec), ("options", options)];
        let mut page = self.call(collector, "RetrievePropertiesEx", args).await?;
        let mut objects = Vec::new();
        loop {
            objects.extend(page.list("objects").iter().filter_map(Object::from_content));
            let Some(token) = page.str_at("token") else {
                return Ok(objects);
            };
            let args = vec![("token", Value::from(token))];
            page = self.call(collector, "ContinueRetrievePropertiesEx", args).await?;
        }
    }

    /// Creates a container view of all objects of these types under the root folder.
    pub(crate) async fn container_view(&self, kinds: &[&str]) -> Result<MoRef, Error> {
        let content = self.content();
        let args = vec![
            ("container", Value::from(&content.root_folder)),
            ("type", Value::from(kinds.to_vec())),
            ("recursive", Value::from(true)),
        ];
        let method = "CreateContainerView";
        let view = self.call(&content.view_manager, method, args).await?;
        view.as_moref().cloned().ok_or_else(|| Error::Missing {
            method: method.to_owned(),
            object: content.view_manager.clone(),
            field: "returnval",
        })
    }
}

/// Builds a `PropertyFilterSpec` for the objects of a container view.
pub(crate) fn view_spec(view: &MoRef, kinds: &[(&str, &[&str])]) -> Value {
    let traversal = Value::data("TraversalSpec")
        .with("name", "view")
        .with("type", "ContainerView")
        .with("path", "view")
        .with("skip", false);
    let object = Value::data("ObjectSpec")
        .with("obj", view)
        .with("skip", true)
        .with("selectSet", traversal);
    let properties: Vec<Value> = kinds.iter().map(|(kind, paths)| property_spec(kind, paths)).collect();
    Value::data("PropertyFilterSpec")
        .with("propSet", properties)
        .with("objectSet", object)
}

pub(crate) fn property_spec(kind: &str, paths: &[&str]) -> Value {
    Value::data("PropertySpec")
        .with("type", kind)
        .with("all", false)
        .with("pathSet", paths.to_vec())
}
