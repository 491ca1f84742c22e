//! ConfigMap and Secret (`ValidateConfigMap`, `ValidateSecret`,
//! pkg/apis/core/validation/validation.go, v1.36).

use super::{Rules, entries, text};
use crate::manifest::go;
use serde_json::Value;

/// `MaxSecretSize`.
const MOST_BYTES: usize = 1024 * 1024;
const KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// `IsConfigMapKey`.
pub(super) fn config_key(key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if key.len() > 253 {
        wrong.push("must be no more than 253 characters".to_owned());
    }
    let is_good = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    if key.is_empty() || !key.bytes().all(is_good) {
        wrong.push(KEY.to_owned());
    }
    match key {
        "." | ".." => wrong.push(format!("must not be '{key}'")),
        _ if key.starts_with("..") => wrong.push("must not start with '..'".to_owned()),
        _ => {}
    }
    wrong
}

/// How many bytes a value in base64 stands for.
fn decoded(value: &Value) -> Vec<u8> {
    go::base64_bytes(text(value)).unwrap_or_default()
}

impl Rules {
    pub(super) fn config_map(&mut self, object: &Value) {
        let binary = &object["binaryData"];
        let mut size = 0;
        for (key, value) in entries(&object["data"]) {
            let path = format!("data[{key}]");
            self.invalid_text(&path, key, &config_key(key));
            if binary.get(key).is_some() {
                self.wrong(&path, key, "duplicate of key present in binaryData");
            }
            size += text(value).len();
        }
        for (key, value) in entries(binary) {
            self.invalid_text(&format!("binaryData[{key}]"), key, &config_key(key));
            size += decoded(value).len();
        }
        if size > MOST_BYTES {
            self.too_long("");
        }
    }

    fn too_long(&mut self, path: &str) {
        self.say(path, format!("Too long: may not be more than {MOST_BYTES} bytes"));
    }

    pub(super) fn secret(&mut self, object: &Value) {
        let data = &object["data"];
        let mut size = 0;
        for (key, value) in entries(data) {
            self.invalid_text(&format!("data[{key}]"), key, &config_key(key));
            size += decoded(value).len();
        }
        if size > MOST_BYTES {
            self.too_long("data");
        }
        match text(&object["type"]) {
            "kubernetes.io/service-account-token"
                if text(&object["metadata"]["annotations"][ACCOUNT]).is_empty() =>
            {
                self.required(&format!("metadata.annotations[{ACCOUNT}]"));
            }
            "kubernetes.io/dockercfg" => self.docker(data, ".dockercfg"),
            "kubernetes.io/dockerconfigjson" => self.docker(data, ".dockerconfigjson"),
            "kubernetes.io/basic-auth" => {
                let fields = ["username", "password"];
                if fields.iter().all(|field| data.get(*field).is_none()) {
                    fields.iter().for_each(|field| self.required(&format!("data[{field}]")));
                }
            }
            "kubernetes.io/ssh-auth" if decoded(&data["ssh-privatekey"]).is_empty() => {
                self.required("data[ssh-privatekey]");
            }
            "kubernetes.io/tls" => {
                for field in ["tls.crt", "tls.key"] {
                    if data.get(field).is_none() {
                        self.required(&format!("data[{field}]"));
                    }
                }
            }
            _ => {}
        }
    }

    fn docker(&mut self, data: &Value, key: &str) {
        let path = format!("data[{key}]");
        let Some(value) = data.get(key) else { return self.required(&path) };
        if let Err(why) = json_object(&decoded(value)) {
            self.wrong(&path, "<secret contents redacted>", &why);
        }
    }
}

/// `json.Unmarshal` into a map, with Go's words for the commonest reasons why not.
fn json_object(bytes: &[u8]) -> Result<(), String> {
    let value = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => value,
        Err(error) if error.is_eof() => return Err("unexpected end of JSON input".to_owned()),
        Err(_) => {
            let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
            let first = char::from(first.copied().unwrap_or(b' '));
            return Err(if "{[\"-0123456789tfn".contains(first) {
                "invalid character in JSON".to_owned()
            } else {
                format!("invalid character '{first}' looking for beginning of value")
            });
        }
    };
    let kind = match value {
        Value::Object(_) | Value::Null => return Ok(()),
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
    };
    Err(format!("json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"))
}
