//! One place of a sentence or its table that takes a value: its name, its type, what it is for.
//!
//! A [`Key`] is declared once; the catalogue lists it, the linter reads its values, and the step gets them typed.

use std::fmt;
use std::marker::PhantomData;

use super::mistake::Error;
use super::platform_limit::PlatformLimit;

/// The word that the run id replaces while a scenario runs: never a column of Examples.
pub const RUN: &str = "<run>";

/// A type that is written as text in a sentence or a cell.
pub trait Value: Sized {
    /// Allowed values.
    fn takes() -> Takes;

    /// Reads what is written for `key`.
    fn read(key: &str, text: &str) -> Result<Self, Error>;

    /// The error for an invalid `text`.
    fn refuse(key: &str, text: &str) -> Error {
        Error::Value {
            key: key.to_owned(),
            value: text.to_owned(),
            takes: Self::takes().to_string(),
        }
    }
}

/// Allowed values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// One of these words.
    Words(Vec<&'static str>),
    /// Anything of this description.
    Text(&'static str),
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(&words.join(", ")),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What the value of a field is to the rest of the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Name of a VM or template of the source that the plan migrates.
    SourceVm,
    /// Name of a VM of the plan, as its own sentence has it.
    PlanVm,
    /// How many VMs the sentence is about.
    VmCount,
    /// Name of a network of the source.
    SourceNetwork,
    /// Destination of a network.
    NetworkTarget,
    /// Name of a datastore, storage domain or volume type of the source.
    SourceStorage,
    /// Name of a storage class of the destination.
    StorageClass,
    /// The nodes that something may run on.
    Nodes,
}

/// An option, a column, or a word of a sentence, whatever its type.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As it is written; the words of a sentence are named for messages only.
    pub name: &'static str,
    /// Purpose.
    pub meaning: &'static str,
    /// A column that a table cannot do without, and whose cells are filled.
    pub required: bool,
    /// An option or a column in which no value stands twice.
    pub unique: bool,
    /// Whether the vocabulary has it but this version does not implement it.
    pub later: bool,
    /// What its values are to the rest of the scenario.
    pub role: Option<Role>,
    /// Which source platforms can do what it asks for, unless its value is no; nothing: all.
    pub platforms: Option<&'static PlatformLimit>,
    takes: fn() -> Takes,
    check: fn(&str, &str) -> Result<(), Error>,
}

impl Field {
    /// A field with values of the type `T`.
    pub const fn new<T: Value>(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            required: false,
            unique: false,
            later: false,
            role: None,
            platforms: None,
            takes: T::takes,
            check: check::<T>,
        }
    }

    /// The table cannot do without it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// No value stands twice in its column.
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// This version does not have it yet.
    pub const fn later(mut self) -> Self {
        self.later = true;
        self
    }

    /// What its values are to the rest of the scenario.
    pub const fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// Not all source platforms can do what it asks for.
    pub const fn limited(mut self, platforms: &'static PlatformLimit) -> Self {
        self.platforms = Some(platforms);
        self
    }

    /// Allowed values.
    pub fn takes(&self) -> Takes {
        (self.takes)()
    }

    /// Whether `text` can be read, once the id of a run stands for `<run>`.
    pub fn check(&self, text: &str) -> Result<(), Error> {
        let stands = text.replace(RUN, "auto-ab12");
        (self.check)(self.name, &stands).or_else(|_| (self.check)(self.name, text))
    }
}

fn check<T: Value>(key: &str, text: &str) -> Result<(), Error> {
    T::read(key, text).map(|_| ())
}

/// A field with its type.
pub struct Key<T> {
    /// The field.
    pub field: Field,
    value: PhantomData<fn() -> T>,
}

impl<T: Value> Key<T> {
    /// A field of this name.
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self {
            field: Field::new::<T>(name, meaning),
            value: PhantomData,
        }
    }

    /// What its values are to the rest of the scenario.
    pub const fn role(mut self, role: Role) -> Self {
        self.field = self.field.role(role);
        self
    }

    /// Not all source platforms can do what it asks for.
    pub const fn limited(mut self, platforms: &'static PlatformLimit) -> Self {
        self.field = self.field.limited(platforms);
        self
    }
}

/// The fields of a table.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Collective name.
    pub title: &'static str,
    /// In the order in which they are listed.
    pub all: &'static [Field],
}

impl Fields {
    /// The field of this name; `what` is what a field is here, `option` or `column`.
    pub fn find(self, what: &'static str, name: &str) -> Result<&'static Field, Error> {
        let key = || name.to_owned();
        match self.all.iter().find(|field| field.name == name) {
            Some(field) if field.later => Err(Error::Later { what, key: key() }),
            Some(field) => Ok(field),
            None => {
                let now = self.all.iter().filter(|field| !field.later);
                let allowed = now.map(|field| field.name.to_owned()).collect();
                Err(Error::Unknown {
                    what,
                    key: key(),
                    allowed,
                })
            }
        }
    }
}
