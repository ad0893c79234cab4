//! JSON as it is read: a tree that borrows from the text where it can, and of a record only the fields that mean
//! something. References, embeddings and full texts are passed over without being built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::containers::is_container;
use super::map::Names;
use super::names::Meaning;

/// Names of fields that a message lists.
const LISTED_NAMES: usize = 8;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::formats) enum Value<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    List(Vec<Value<'t>>),
    Object(Object<'t>),
}

/// The entries of a JSON object, in its order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::formats) struct Object<'t>(pub Vec<(Cow<'t, str>, Value<'t>)>);

impl<'t> Object<'t> {
    /// The value under exactly this key.
    pub fn get(&self, key: &str) -> Option<&Value<'t>> {
        self.0.iter().find(|(found, _)| found == key).map(|(_, value)| value)
    }

    /// Entries by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'t>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }
}

impl<'t> Value<'t> {
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value<'t>]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Object<'t>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value under a key of an object.
    pub fn get(&self, key: &str) -> Option<&Value<'t>> {
        self.as_object()?.get(key)
    }

    /// A whole number, also one in a string.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|number| number as i64)),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The value as JSON text.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(is_true) => (*is_true).into(),
            Self::Number(number) => serde_json::Value::Number(number.clone()),
            Self::Text(text) => text.as_ref().into(),
            Self::List(elements) => elements.iter().map(Value::to_json).collect(),
            Self::Object(object) => {
                let entries = object.iter().map(|(key, value)| (key.to_owned(), value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some(Key(key)) = entries.next_key()? {
            object.push((key, entries.next_value()?));
        }
        Ok(Value::Object(Object(object)))
    }
}

/// A key, borrowed where it has no escapes: serde's own `Cow` never borrows.
pub(in crate::formats) struct Key<'t>(pub Cow<'t, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A value that is neither list nor object, those becoming null.
struct Scalar<'t>(Value<'t>);

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Null))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Null))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Number(value.into())))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Number(value.into())))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Null))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Scalar(Value::Text(Cow::Owned(value.to_owned()))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                while elements.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar(Value::Null))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar(Value::Null))
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A field of a record.
#[derive(Debug)]
pub(in crate::formats) struct Entry<'t> {
    pub name: Cow<'t, str>,
    pub meaning: Option<Meaning>,
    pub value: Value<'t>,
}

/// The fields of a record that mean something.
#[derive(Debug, Default)]
pub(in crate::formats) struct Entries<'t> {
    pub known: Vec<Entry<'t>>,
    /// Of all fields, the first few, for messages.
    pub listed: Vec<Cow<'t, str>>,
    /// How many there are in all.
    pub count: usize,
}

impl<'t> Entries<'t> {
    /// Reads the value of a field, and keeps it if the field means something or may hold a list of papers.
    pub fn take<A: MapAccess<'t>>(
        &mut self,
        names: &Names,
        name: Cow<'t, str>,
        entries: &mut A,
    ) -> Result<(), A::Error> {
        let meaning = names.meaning(&name);
        self.list(|| name.clone());
        if meaning.is_some() || is_container(&name) {
            // In CSL a text; everywhere else the works that a paper cites, often more than all the rest.
            let value = if name == "references" { entries.next_value::<Scalar>()?.0 } else { entries.next_value()? };
            self.known.push(Entry { name, meaning, value });
        } else {
            entries.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    /// Counts a field, and keeps its name if there is room.
    fn list(&mut self, name: impl FnOnce() -> Cow<'t, str>) {
        self.count += 1;
        if self.listed.len() < LISTED_NAMES {
            self.listed.push(name());
        }
    }

    /// The fields of an object that was read whole.
    pub fn of_object(names: &Names, object: Object<'t>) -> Self {
        let mut entries = Self::default();
        for (name, value) in object.0 {
            entries.list(|| name.clone());
            let meaning = names.meaning(&name);
            if meaning.is_some() || is_container(&name) {
                entries.known.push(Entry { name, meaning, value });
            }
        }
        entries
    }

    /// `a, b, c, …`
    pub fn listing(&self) -> String {
        let more = if self.count > self.listed.len() { ", \u{2026}" } else { "" };
        format!("{}{more}", self.listed.join(", "))
    }
}

/// What stands where a record is expected.
#[derive(Debug)]
pub(in crate::formats) enum Element<'t> {
    Object(Entries<'t>),
    /// Something else, in words.
    Other(&'static str),
}

/// Reads an [`Element`].
#[derive(Clone, Copy)]
pub(in crate::formats) struct ElementSeed<'n, 'm>(pub &'n Names<'m>);

impl<'de> DeserializeSeed<'de> for ElementSeed<'_, '_> {
    type Value = Element<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Element<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ElementSeed<'_, '_> {
    type Value = Element<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Element<'de>, A::Error> {
        let mut known = Entries { known: Vec::with_capacity(16), ..Entries::default() };
        while let Some(Key(name)) = entries.next_key()? {
            known.take(self.0, name, &mut entries)?;
        }
        Ok(Element::Object(known))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Element<'de>, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element::Other("an array"))
    }

    fn visit_unit<E>(self) -> Result<Element<'de>, E> {
        Ok(Element::Other("null"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Element<'de>, E> {
        Ok(Element::Other("true or false"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Element<'de>, E> {
        Ok(Element::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Element<'de>, E> {
        Ok(Element::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Element<'de>, E> {
        Ok(Element::Other("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Element<'de>, E> {
        Ok(Element::Other("a string"))
    }
}
