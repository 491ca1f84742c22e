//! Completion: the names and values that the API's schema allows at the cursor, each with
//! what the API says about it.

use super::context::{self, Context};
use super::{Ask, Editor};
use crate::manifest::docs::{FieldDoc, Holds};
use crate::manifest::kinds;
use crate::source::sort;

/// One of the completions offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is shown in the list.
    pub label: String,
    /// What is typed when it is taken.
    insert: String,
    /// What it is.
    pub help: FieldHelp,
}

/// The completions offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// Never empty.
    pub choices: Vec<Choice>,
    /// Index of the one that is chosen.
    pub chosen: usize,
    /// Bytes before the cursor that it takes the place of.
    typed: usize,
}

impl Menu {
    /// The one that is chosen.
    #[must_use]
    pub fn choice(&self) -> Option<&Choice> {
        self.choices.get(self.chosen)
    }

    /// Bytes before the cursor that were typed of it.
    #[must_use]
    pub fn typed(&self) -> usize {
        self.typed
    }
}

/// What the API says about a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldHelp {
    /// The field with all that is around it: `service.spec.type`.
    pub path: String,
    /// `<string>`.
    pub kind: String,
    /// It must be there.
    pub required: bool,
    /// The values it takes, where the API lists them.
    pub values: Vec<String>,
    /// The API's own words.
    pub about: String,
}

impl FieldHelp {
    /// Of the field at `path` of `kind`.
    pub(in crate::app) fn of(kind: &str, path: &[&str], doc: FieldDoc) -> Self {
        Self {
            path: format!("{}.{}", kind.to_lowercase(), path.join(".")),
            kind: doc.kind,
            required: doc.required,
            values: doc.values.iter().map(|value| (*value).to_owned()).collect(),
            about: doc.about,
        }
    }

    /// As a page to read.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("`{}` {}", self.path, self.kind.replace('<', "\\<"));
        if self.required {
            out += ", **required**";
        }
        if !self.values.is_empty() {
            out += &format!("\n\nValues: {}", self.values.join(", "));
        }
        out += "\n\n";
        out + &self.about.replace('<', "\\<").replace('*', "\\*").replace('_', "\\_")
    }
}

/// The fields of every object, for a document that does not say yet what it is.
const EVERY: [(&str, &str); 4] = [
    ("apiVersion", "The API group and version of the object: v1 for a Service."),
    ("kind", "What the object is: Service."),
    ("metadata", "Its name, namespace, labels and annotations."),
    ("spec", "What is wanted of it."),
];

fn plain_help(path: &str, kind: &str, about: &str) -> FieldHelp {
    FieldHelp {
        path: path.to_owned(),
        kind: kind.to_owned(),
        required: false,
        values: Vec::new(),
        about: about.to_owned(),
    }
}

/// What may stand at a place, in the order in which it is offered.
fn choices(context: &Context<'_>, colon_follows: bool, blank_wanted: bool) -> Vec<Choice> {
    let path: Vec<&str> = context.path.clone();
    let lead = if blank_wanted { " " } else { "" };
    let value = |value: &str, help: FieldHelp| Choice {
        label: value.to_owned(),
        insert: format!("{lead}{value}"),
        help,
    };
    // The value of a field.
    if let Some(field) = context.field {
        let mut whole = path.clone();
        whole.push(field);
        if whole == ["kind"] || whole == ["apiVersion"] {
            return kind_values(field, context, &value);
        }
        let Some(kind) = context.kind else { return Vec::new() };
        let Some(doc) = kind.field_at(&whole) else { return Vec::new() };
        let values = if doc.holds == Holds::Value { doc.values } else { &[] };
        let help = FieldHelp::of(kind.kind, &whole, doc);
        return values.iter().map(|v| value(v, help.clone())).collect();
    }
    let name = |name: &str, holds: Holds, help: FieldHelp| {
        let behind = match holds {
            _ if colon_follows => "",
            Holds::Value => ": ",
            Holds::Fields | Holds::List => ":",
        };
        Choice { label: name.to_owned(), insert: format!("{name}{behind}"), help }
    };
    let Some(kind) = context.kind else {
        if !path.is_empty() {
            return Vec::new();
        }
        return EVERY
            .iter()
            .filter(|(field, _)| !context.taken.contains(field))
            .map(|(field, about)| {
                let inside = matches!(*field, "metadata" | "spec");
                let holds = if inside { Holds::Fields } else { Holds::Value };
                let shown = if inside { "<Object>" } else { "<string>" };
                name(field, holds, plain_help(field, shown, about))
            })
            .collect();
    };
    // An item that is a value itself: `- IPv4`.
    if context.item
        && let Some(doc) = kind.field_at(&path)
        && doc.holds == Holds::List
        && !doc.values.is_empty()
    {
        let values = doc.values;
        let help = FieldHelp::of(kind.kind, &path, doc);
        return values.iter().map(|v| value(v, help.clone())).collect();
    }
    let mut fields = kind.fields_at(&path);
    fields.retain(|field| !context.taken.contains(&field.name.as_str()) && field.name != "status");
    // What must be there first.
    sort::sort_by_key(&mut fields, |field| !field.required);
    fields
        .into_iter()
        .map(|field| {
            let mut whole = path.clone();
            let own = field.name.clone();
            whole.push(&own);
            let holds = field.holds;
            name(&own, holds, FieldHelp::of(kind.kind, &whole, field))
        })
        .collect()
}

fn kind_values(
    field: &str,
    context: &Context<'_>,
    value: &impl Fn(&str, FieldHelp) -> Choice,
) -> Vec<Choice> {
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for kind in kinds::kinds() {
        let (word, about) = if field == "kind" {
            (kind.kind.to_owned(), format!("Its apiVersion is {}.", kind.api_version()))
        } else {
            // The version that the kind already there has, where there is one.
            if context.kind.is_some_and(|known| known.kind != kind.kind) {
                continue;
            }
            (kind.api_version(), String::new())
        };
        if !seen.contains(&word) {
            out.push(value(&word, plain_help(field, "<string>", &about)));
            seen.push(word);
        }
    }
    out
}

impl Editor {
    /// What may stand at the cursor, of what was typed so far.
    fn build_menu(&self) -> Option<Menu> {
        let context = context::at(self.text(), self.cursor);
        let typed = context.typed;
        let rest = &self.text()[self.cursor..];
        let head = self.head();
        let blank_wanted = context.field.is_some() && head.ends_with(':');
        let mut found = choices(&context, rest.starts_with(':'), blank_wanted);
        let wanted = typed.to_lowercase();
        // What begins so; where nothing does, what holds it somewhere.
        let begins = |choice: &Choice| choice.label.to_lowercase().starts_with(&wanted);
        if found.iter().any(begins) {
            found.retain(begins);
        } else {
            found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
        }
        if found.is_empty() {
            return None;
        }
        Some(Menu { choices: found, chosen: 0, typed: typed.len() })
    }

    /// Offers what may stand at the cursor; where it is only one, that is taken.
    pub fn complete(&mut self) {
        if let Some(menu) = &mut self.menu {
            // Asked again: the next one.
            menu.chosen = (menu.chosen + 1) % menu.choices.len().max(1);
            return;
        }
        self.menu = self.build_menu();
        match &self.menu {
            None => self.asks.push(Ask::Say("Nothing to complete here.".to_owned())),
            Some(menu) if menu.choices.len() == 1 => self.menu_take(),
            Some(_) => {}
        }
    }

    /// More was typed: what still fits stays.
    pub(super) fn menu_narrow(&mut self) {
        if self.menu.is_some() {
            self.menu = self.build_menu();
        }
    }

    /// The next completion, or the one before.
    pub fn menu_move(&mut self, by: isize) {
        if let Some(menu) = &mut self.menu {
            let n = isize::try_from(menu.choices.len()).unwrap_or(1).max(1);
            let chosen = isize::try_from(menu.chosen).unwrap_or(0);
            menu.chosen = usize::try_from((chosen + by).rem_euclid(n)).unwrap_or(0);
        }
    }

    /// Types the completion that is chosen.
    pub fn menu_take(&mut self) {
        let Some(menu) = self.menu.take() else { return };
        let Some(choice) = menu.choices.get(menu.chosen) else { return };
        if self.vim.is_some() {
            self.insert_text(menu.typed, &choice.insert);
            self.settle_cursor();
        } else {
            let start = self.buffer.boundary(self.cursor.saturating_sub(menu.typed));
            self.replace(start, self.cursor, &choice.insert, false);
        }
        self.note_typing();
    }

    /// Closes the list.
    pub fn menu_close(&mut self) {
        self.menu = None;
    }

    /// What the API says about the field at the cursor: on a line without a name, about the
    /// field around it.
    #[must_use]
    pub fn field_help(&self) -> Option<FieldHelp> {
        let context = context::at(self.text(), self.cursor);
        let kind = context.kind?;
        let mut path = context.path.clone();
        if let Some(name) = context.name {
            let mut whole = path.clone();
            whole.push(name);
            if let Some(doc) = kind.field_at(&whole) {
                return Some(FieldHelp::of(kind.kind, &whole, doc));
            }
        }
        // A name of one's own (a label), or none yet: what is around it.
        while !path.is_empty() {
            if let Some(doc) = kind.field_at(&path) {
                return Some(FieldHelp::of(kind.kind, &path, doc));
            }
            path.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> Vec<String> {
        let cursor = text.find('|').unwrap();
        let mut editor = Editor::new(&text.replace('|', ""));
        editor.place(cursor, false);
        editor
            .build_menu()
            .map(|menu| menu.choices.into_iter().map(|c| c.label).collect())
            .unwrap_or_default()
    }

    const HEAD: &str = "apiVersion: v1\nkind: Service\n";

    #[test]
    fn names_and_values_are_those_that_the_api_allows_here() {
        assert_eq!(offered("|"), ["apiVersion", "kind", "metadata", "spec"]);
        assert_eq!(offered("kind: Serv|"), ["Service", "ServiceAccount", "ServiceCIDR"]);
        assert_eq!(offered("kind: Deployment\napiVersion: |"), ["apps/v1"]);
        assert_eq!(offered(&format!("{HEAD}|")), ["metadata", "spec"]);
        assert_eq!(offered(&format!("{HEAD}spec:\n  type: N|")), ["NodePort"]);
        assert_eq!(offered(&format!("{HEAD}spec:\n  type: bal|")), ["LoadBalancer"]);
        assert_eq!(
            offered(&format!("{HEAD}spec:\n  ports:\n    - port: 80\n      n|")),
            ["name", "nodePort"]
        );
        assert_eq!(offered(&format!("{HEAD}spec:\n  ipFamilies: [|")), [""; 0]);
        assert_eq!(offered(&format!("{HEAD}spec:\n  ipFamilies:\n  - |")), ["IPv4", "IPv6"]);
        assert_eq!(offered(&format!("{HEAD}spec:\n  selector:\n    |")), [""; 0]);
        assert_eq!(
            offered(&format!("{HEAD}spec:\n  publishNotReadyAddresses:|")),
            ["true", "false"]
        );
    }

    #[test]
    fn what_is_taken_is_typed_and_can_be_taken_back() {
        let text = format!("{HEAD}spec:\n  ty");
        let mut editor = Editor::new(&text);
        editor.place(text.len(), false);
        editor.complete();
        assert_eq!(editor.text(), format!("{HEAD}spec:\n  type: "));
        editor.complete();
        editor.menu_move(-1);
        editor.menu_take();
        assert_eq!(editor.text(), format!("{HEAD}spec:\n  type: ExternalName"));
        editor.undo();
        editor.undo();
        assert_eq!(editor.text(), text);
    }

    #[test]
    fn typing_narrows_the_list_until_nothing_fits() {
        let text = format!("{HEAD}spec:\n  ");
        let mut editor = Editor::new(&text);
        editor.place(text.len(), false);
        editor.complete();
        let n_all = editor.menu().unwrap().choices.len();
        editor.type_char('t');
        assert!(editor.menu().unwrap().choices.len() < n_all);
        assert_eq!(editor.menu().unwrap().choices[0].label, "trafficDistribution");
        editor.type_char('q');
        assert_eq!(editor.menu(), None);
    }

    #[test]
    fn the_field_under_the_cursor_is_told() {
        let text = format!("{HEAD}spec:\n  selector:\n    app: web\n  type: NodePort\n");
        let mut editor = Editor::new(&text);
        let mut told = |at: &str| {
            editor.place(text.find(at).unwrap(), false);
            editor.field_help().map(|help| help.path)
        };
        assert_eq!(told("NodePort").as_deref(), Some("service.spec.type"));
        assert_eq!(told("selector").as_deref(), Some("service.spec.selector"));
        assert_eq!(told("web").as_deref(), Some("service.spec.selector"));
        assert_eq!(told("Service").as_deref(), Some("service.kind"));
    }
}
