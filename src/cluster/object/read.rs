//! Reading fields of a JSON object: absent and null are the same, as in Go; a wrong type
//! is an error that names the path.

use crate::cluster::Name;
use ipnet::IpNet;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Why an object cannot be taken: the field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}{problem}", if .path.is_empty() { "it " } else { ": " })]
pub struct ObjectError {
    /// The field, as the API server writes it: `spec.ports[0].port`.
    pub path: String,
    /// What is wrong, after the path: "is not a string".
    pub problem: String,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Item(usize),
}

/// A place in an object. The path is put together only for an error.
#[derive(Debug, Clone, Copy)]
pub(in crate::cluster) struct At<'v, 'p> {
    value: &'v Value,
    parent: Option<&'p At<'v, 'p>>,
    step: Step<'p>,
}

impl<'v, 'p> At<'v, 'p> {
    pub(in crate::cluster) fn root(value: &'v Value) -> Self {
        Self { value, parent: None, step: Step::Root }
    }

    /// The name of a namespaced object, of its metadata.
    pub(in crate::cluster) fn name(&self) -> Result<Name, ObjectError> {
        let namespace = self.field("namespace").str()?.unwrap_or("default");
        Ok(Name::new(namespace, self.field("name").need_str()?))
    }

    pub(in crate::cluster) fn field<'s>(&'s self, name: &'s str) -> At<'v, 's> {
        let value = self.value.get(name).unwrap_or(&Value::Null);
        At { value, parent: Some(self), step: Step::Field(name) }
    }

    pub(in crate::cluster) fn is_absent(&self) -> bool {
        self.value.is_null()
    }

    pub(in crate::cluster) fn error(&self, problem: &str) -> ObjectError {
        ObjectError { path: self.path(), problem: problem.to_owned() }
    }

    fn path(&self) -> String {
        let above = self.parent.map(Self::path).unwrap_or_default();
        match self.step {
            Step::Root => above,
            Step::Field(name) if above.is_empty() => name.to_owned(),
            Step::Field(name) => format!("{above}.{name}"),
            Step::Item(idx) => format!("{above}[{idx}]"),
        }
    }

    fn wrong(&self, wanted: &str) -> ObjectError {
        let found = match self.value {
            Value::Null => return self.error("is missing"),
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(&format!("is {found}, not {wanted}"))
    }

    pub(in crate::cluster) fn str(&self) -> Result<Option<&'v str>, ObjectError> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(self.wrong("a string")),
        }
    }

    /// A string that must be there and not be empty.
    pub(in crate::cluster) fn need_str(&self) -> Result<&'v str, ObjectError> {
        match self.str()? {
            None | Some("") => Err(self.error("is missing")),
            Some(text) => Ok(text),
        }
    }

    pub(in crate::cluster) fn bool(&self) -> Result<Option<bool>, ObjectError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Bool(yes) => Ok(Some(*yes)),
            _ => Err(self.wrong("a boolean")),
        }
    }

    pub(in crate::cluster) fn is_string(&self) -> bool {
        self.value.is_string()
    }

    /// A port, 0 to 65535; 0 is absent, as in Go.
    pub(in crate::cluster) fn port(&self) -> Result<Option<u16>, ObjectError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Number(number) => number
                .as_u64()
                .and_then(|n| u16::try_from(n).ok())
                .map(|port| (port != 0).then_some(port))
                .ok_or_else(|| self.error("is not a port (1 to 65535)")),
            _ => Err(self.wrong("a port number")),
        }
    }

    pub(in crate::cluster) fn ip(&self) -> Result<Option<IpAddr>, ObjectError> {
        match self.str()? {
            None | Some("") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| self.error("is not an IP address")),
        }
    }

    pub(in crate::cluster) fn net(&self) -> Result<Option<IpNet>, ObjectError> {
        match self.str()? {
            None | Some("") => Ok(None),
            Some(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| self.error("is not an address range like 10.0.0.0/8")),
        }
    }

    pub(in crate::cluster) fn object(&self) -> Result<Option<&'v Map<String, Value>>, ObjectError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Object(map) => Ok(Some(map)),
            _ => Err(self.wrong("an object")),
        }
    }

    /// The items of a list; none where it is absent.
    pub(in crate::cluster) fn items<'s>(
        &'s self,
    ) -> Result<impl Iterator<Item = At<'v, 's>>, ObjectError> {
        let items: &'v [Value] = match self.value {
            Value::Null => &[],
            Value::Array(items) => items,
            _ => return Err(self.wrong("a list")),
        };
        Ok(items.iter().enumerate().map(move |(idx, value)| At {
            value,
            parent: Some(self),
            step: Step::Item(idx),
        }))
    }

    /// The fields of an object with free keys; none where it is absent.
    pub(in crate::cluster) fn entries<'s>(
        &'s self,
    ) -> Result<impl Iterator<Item = (&'v str, At<'v, 's>)>, ObjectError>
    where
        'v: 's,
    {
        let map = self.object()?;
        Ok(map.into_iter().flatten().map(move |(key, value)| {
            (key.as_str(), At { value, parent: Some(self), step: Step::Field(key) })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_names_the_whole_path() {
        let value = json!({"spec": {"ports": [{"port": 80}, {"port": "http"}]}});
        let root = At::root(&value);
        let spec = root.field("spec");
        let ports = spec.field("ports");
        let errors: Vec<String> = ports
            .items()
            .unwrap()
            .filter_map(|port| port.field("port").port().err().map(|e| e.to_string()))
            .collect();
        assert_eq!(errors, ["spec.ports[1].port: is a string, not a port number"]);
    }
}
