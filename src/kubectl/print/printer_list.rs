//! How long lists are printed: in parts, two at once.

use super::printer::{Format, Printer};
use super::{Objects, json, kyaml, list, name_of, yaml};
use crate::cluster::Fields;
use crate::kubectl::console::Io;
use crate::kubectl::failure::Failure;
use serde_json::Value;

impl Printer {
    /// Prints objects as one List.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(in crate::kubectl) fn print_list(
        &mut self,
        objects: &Objects<'_>,
        io: &mut Io,
    ) -> Result<(), Failure> {
        let managed_fields = self.managed_fields;
        match &mut self.format {
            Format::Name { .. } => {
                let fields = Fields::at(&["apiVersion", "kind", "metadata.name"]);
                io.give_all(objects.in_parts(|shows| {
                    let mut out = String::new();
                    shows(Some(&fields), &mut |object| {
                        match object.pod() {
                            Some(pod) => {
                                out.push_str("pod/");
                                out.push_str(&pod.name.name);
                            }
                            None => out.push_str(&name_of(&object)),
                        }
                        out.push('\n');
                    });
                    out
                }));
            }
            Format::Yaml if self.n_printed == 0 => {
                io.give_all(yaml::list(objects, managed_fields));
            }
            Format::Json => io.give_all(json::list(objects, managed_fields)),
            Format::Kyaml => io.give_all(kyaml::list(objects, managed_fields)),
            Format::Custom(columns) => {
                let (out, result) = columns.rows_of(objects);
                io.give(out);
                result.map_err(Failure::Client)?;
            }
            _ => {
                if let Some(out) = self.of_fields(objects) {
                    io.give_all(out);
                } else {
                    let all = objects.each(None, |object| object.into_owned());
                    return self.print(&list(all), "", io);
                }
            }
        }
        self.n_printed += 1;
        Ok(())
    }

    /// Prints objects one after the other, each as [`Self::print`] does.
    ///
    /// # Errors
    /// As [`Self::print`], and nothing is printed behind what fails.
    pub(in crate::kubectl) fn print_each(
        &mut self,
        objects: &Objects<'_>,
        io: &mut Io,
    ) -> Result<(), Failure> {
        let pieces = match self.format {
            Format::Yaml => yaml::documents(objects, self.managed_fields),
            Format::Json => json::documents(objects, self.managed_fields),
            Format::Kyaml => kyaml::documents(objects, self.managed_fields),
            _ => {
                let mut result = Ok(());
                objects.in_turn(&mut |object| {
                    if result.is_ok() {
                        result = self.print(&object, "", io);
                    }
                });
                return result;
            }
        };
        let is_none = pieces.iter().all(String::is_empty);
        if matches!(self.format, Format::Yaml) && self.n_printed > 0 && !is_none {
            io.out("---\n");
        }
        self.n_printed += usize::from(!is_none);
        io.give_all(pieces);
        Ok(())
    }

    /// What a template gives for a List of objects that have only what it asks for, in pieces;
    /// none where it asks for all, or an error would show the objects.
    fn of_fields(&self, objects: &Objects<'_>) -> Option<Vec<String>> {
        let with =
            |wanted: Fields| list(objects.each(Some(&wanted), |object| wanted.pick(&object)));
        match &self.format {
            Format::JsonPath { path, allow_missing, as_json, .. } => {
                if let Some(items) = path.shows_items() {
                    return Some(match as_json {
                        true => json::items_list(objects, items),
                        false => json::compact_list(objects, items),
                    });
                }
                if path.is_range_of_items() && !as_json {
                    return of_parts(objects, &path.of_items()?, |items| {
                        path.show(&items, *allow_missing, false).ok()
                    });
                }
                if *allow_missing
                    && !as_json
                    && let Some(out) = path.show_each(objects)
                {
                    return Some(vec![out]);
                }
                let shown = match path.only_item() {
                    Some(place) => list(objects.with_one(place)),
                    None => with(path.of_items()?),
                };
                path.show(&shown, *allow_missing, *as_json).ok().map(|out| vec![out])
            }
            Format::Template { template, allow_missing } if template.is_range_of_items() => {
                of_parts(objects, &template.of_items()?, |items| {
                    let (out, result) = template.run(&items, *allow_missing);
                    result.ok().map(|()| out)
                })
            }
            Format::Template { template, allow_missing } => {
                let (out, result) = template.run(&with(template.of_items()?), *allow_missing);
                result.ok().map(|()| vec![out])
            }
            _ => None,
        }
    }
}

/// What `show` gives for a List of each part of the objects, with these fields; none where it
/// gives nothing for one of them.
fn of_parts(
    objects: &Objects<'_>,
    wanted: &Fields,
    show: impl Fn(Value) -> Option<String> + Sync,
) -> Option<Vec<String>> {
    let parts = objects.in_parts(|shows| {
        let mut all = Vec::new();
        shows(Some(wanted), &mut |object| all.push(wanted.pick(&object)));
        show(list(all))
    });
    parts.into_iter().collect()
}
