//! `kubectl get` (k8s.io/kubectl/pkg/cmd/get/get.go, v1.36).

mod find;
mod flags;
mod raw;
mod watch;

use crate::cluster::{Fields, Pod, Shown};
use crate::kubectl::command::{Call, Command, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::sort::{self, OBJECT, SortError, Sorter, TABLE};
use crate::kubectl::print::table::{Options, TablePrinter};
use crate::kubectl::print::tabs::{Lines, Tabs};
use crate::kubectl::print::{GetPrinter, Objects, Printer};
use find::{Found, Holds, Info, listed};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "get",
    aliases: &[],
    usage: "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    about: "Display one or many resources",
    flags: &[flags::FLAGS],
    runs: Runs::Verb(get),
}];

fn get(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let flags = &call.flags;
    if let Some(url) = flags.text("raw").filter(|url| !url.is_empty()) {
        return raw::get(console, call, io, url);
    }
    let sort_by = flags.text("sort-by").unwrap_or_default();
    let (watches, only) = (flags.bool("watch"), flags.bool("watch-only"));
    if watches && !sort_by.is_empty() {
        io.err("warning: --watch requested, --sort-by will be ignored for watch events received\n");
    } else if only && !sort_by.is_empty() {
        io.err("warning: --watch-only requested, --sort-by will be ignored\n");
    }
    if !watches && !only && call.args.is_empty() && flags.all("filename").is_empty() {
        io.err("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n");
        return Err(call.usage_error("Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods)."));
    }
    let output = flags.text("output").unwrap_or_default();
    if flags.bool("show-labels") && !output.is_empty() && output != "wide" {
        return Err(Failure::Client(format!(
            "--show-labels option cannot be used with {output} printer"
        )));
    }
    if flags.bool("output-watch-events") && !watches && !only {
        return Err(Failure::Client(
            "--output-watch-events option can only be used with --watch or --watch-only".to_owned(),
        ));
    }
    if watches || only {
        return watch::start(console, call, io);
    }
    let found = find::find(console, call, io)?;
    found.warnings(io);
    match GetPrinter::of(console, call) {
        Ok(GetPrinter::Table { wide }) => tables(console, call, wide, found, io),
        Ok(GetPrinter::Machine(printer)) => generic(console, call, printer, found, io),
        Err(failure) if found.is_single_failure() => Err(found.failure().unwrap_or(failure)),
        Err(failure) => Err(failure),
    }
}

/// What the call asks of tables.
fn table_options(call: &Call, wide: bool) -> Options {
    let flags = &call.flags;
    Options {
        wide,
        no_headers: flags.bool("no-headers"),
        with_kind: flags.bool("show-kind"),
        with_namespace: flags.bool("all-namespaces"),
        show_labels: flags.bool("show-labels"),
        label_columns: flags.all("label-columns").to_vec(),
        plain: flags.text("server-print") == Some("false"),
    }
}

fn tables(
    console: &Console,
    call: &Call,
    wide: bool,
    found: Found,
    io: &mut Io,
) -> Result<Done, Failure> {
    let options = table_options(call, wide);
    let ignores = call.flags.bool("ignore-not-found");
    let sort_by = call.flags.text("sort-by").unwrap_or_default();
    let first = found.infos.first().map(|info| info.resource);
    let several = found.infos.iter().any(|info| Some(info.resource) != first);
    let of_namespaces =
        !options.with_namespace && found.infos.iter().all(|info| info.resource.namespaced);
    let infos = found.infos;
    if !sort_by.is_empty() && infos.len() > 1 {
        // Several answers of the server are sorted themselves, not what is in them.
        let table = json!({"apiVersion": "meta.k8s.io/v1", "kind": "Table"});
        let tables = std::iter::repeat_n(&table, infos.len());
        sort::order(tables, sort_by, OBJECT).map_err(|error| failed(console, error))?;
    }
    let now = console.now();
    let mut tabs = Tabs::default();
    let mut text = String::new();
    let mut printer: Option<TablePrinter> = None;
    let mut last = None;
    for info in &infos {
        if last != Some(info.resource) {
            text_of(&mut tabs, &mut text);
            tabs.forget();
            if last.is_some() && !options.no_headers && !text.is_empty() {
                tabs.part();
            }
            let options = Options {
                with_kind: options.with_kind || several,
                with_namespace: options.with_namespace && info.resource.namespaced,
                ..options.clone()
            };
            printer = Some(TablePrinter::new(info.resource, options));
            last = Some(info.resource);
        }
        let Some(printer) = &mut printer else { continue };
        let one = std::slice::from_ref(info);
        if sort_by.is_empty() {
            let fields = printer.fields();
            let parts = listed(one, &console.cluster, |objects| {
                objects.in_parts(|shows| {
                    let (mut printer, mut rows) = (printer.clone(), Lines::default());
                    shows(fields.as_ref(), &mut |object| {
                        rows.line(printer.cells(&object, None, now));
                    });
                    rows
                })
            });
            parts.iter().for_each(|rows| printer.add(rows, false, &mut tabs));
            continue;
        }
        let (mut sorter, mut rows) = (Sorter::new(sort_by, TABLE), Vec::new());
        let fields = sorter.fields().zip(printer.fields()).map(|(by, shown)| by.and(&shown));
        let parts = listed(one, &console.cluster, |objects| {
            objects.in_parts(|shows| {
                let (mut printer, mut rows) = (printer.clone(), Vec::new());
                let mut sorter = Sorter::new(sort_by, TABLE);
                shows(fields.as_ref(), &mut |object| {
                    sorter.see(&object);
                    rows.push(printer.cells(&object, None, now));
                });
                (sorter, rows)
            })
        });
        for (part, cells) in parts {
            sorter.append(part);
            rows.extend(cells);
        }
        if rows.len() > 1 {
            match sorter.order() {
                Ok(places) => rows = in_order(rows, &places),
                // kubectl prints nothing of a table that it can't sort, and says nothing.
                Err(SortError::Path(_)) => continue,
                Err(error) => return Err(failed(console, error)),
            }
        }
        let mut lines = Lines::default();
        rows.into_iter().for_each(|row| lines.line(row));
        printer.add(&lines, false, &mut tabs);
    }
    text_of(&mut tabs, &mut text);
    let is_empty = text.is_empty();
    io.give(text);
    if is_empty && !ignores && found.errors.is_empty() {
        if of_namespaces {
            let namespace = call.namespace(console);
            io.err(format_args!("No resources found in {namespace} namespace.\n"));
        } else {
            io.err("No resources found\n");
        }
    }
    if found.errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(found.errors)) }
}

fn text_of(tabs: &mut Tabs, text: &mut String) {
    text.push_str(&tabs.take());
}

/// kubectl's error of what can't be sorted.
fn failed(console: &Console, error: SortError) -> Failure {
    match error {
        SortError::Path(why) => Failure::Client(why),
        SortError::Unsortable(why) => {
            let now = &console.cluster.settings().now;
            let part = |range: std::ops::Range<usize>| now.get(range).unwrap_or_default();
            let (month, day, time) = (part(5..7), part(8..10), part(11..19));
            Failure::Plain(format!("F{month}{day} {time}.000000       1 sorter.go:375] {why}\n"))
        }
    }
}

/// `rows` in the order of `places`.
fn in_order<T>(rows: Vec<T>, places: &[usize]) -> Vec<T> {
    let mut rows: Vec<Option<T>> = rows.into_iter().map(Some).collect();
    places.iter().filter_map(|place| rows.get_mut(*place).and_then(Option::take)).collect()
}

/// `printGeneric`: one object as itself, all else as a List.
fn generic(
    console: &Console,
    call: &Call,
    mut printer: Printer,
    found: Found,
    io: &mut Io,
) -> Result<Done, Failure> {
    if found.is_single
        && let Some(failure) = found.failure()
    {
        return Err(failure);
    }
    let (infos, mut errors) = (found.infos, found.errors);
    if infos.is_empty() && call.flags.bool("ignore-not-found") {
        return ended(errors);
    }
    let cluster = &console.cluster;
    let sort_by = call.flags.text("sort-by").unwrap_or_default();
    let result = match &*infos {
        [Info { holds: Holds::One(object), .. }] if found.is_single => {
            printer.print(object, "", io)
        }
        infos if sort_by.is_empty() => {
            listed(infos, cluster, |objects| printer.print_list(objects, io))
        }
        infos => {
            let (mut sorter, mut objects) = (Sorter::new(sort_by, OBJECT), Vec::new());
            for info in infos {
                // Pods are looked up again; all else is kept.
                let fields = sorter.fields().filter(|_| info.resource.kind == "Pod");
                let parts = listed(std::slice::from_ref(info), cluster, |objects| {
                    objects.in_parts(|shows| {
                        let (mut sorter, mut all) = (Sorter::new(sort_by, OBJECT), Vec::new());
                        shows(fields.as_ref(), &mut |object| {
                            sorter.see(&object);
                            all.push(match object.pod() {
                                Some(pod) => Sorted::Pod(pod.clone()),
                                None => Sorted::Other(object.into_owned()),
                            });
                        });
                        (sorter, all)
                    })
                });
                for (part, all) in parts {
                    sorter.append(part);
                    objects.extend(all);
                }
            }
            match sorter.order() {
                Ok(places) => objects = in_order(objects, &places),
                Err(_) if objects.is_empty() => {}
                Err(SortError::Path(why) | SortError::Unsortable(why)) => {
                    errors.push(Failure::Client(why));
                    return ended(errors);
                }
            }
            let show =
                |places: &Range<usize>, fields: Option<&Fields>, see: &mut dyn FnMut(Shown<'_>)| {
                    let mut reader = cluster.reader(fields);
                    let objects = objects.get(places.clone()).unwrap_or_default();
                    objects.iter().for_each(|object| match object {
                        Sorted::Pod(pod) => see(reader.show(pod)),
                        Sorted::Other(object) => see(Cow::Borrowed(object).into()),
                    });
                };
            printer.print_list(&Objects::new(&[objects.len()], &show), io)
        }
    };
    errors.extend(result.err());
    ended(errors)
}

/// An object among those that are sorted. A Pod is big, and there may be thousands: it is
/// not copied.
enum Sorted {
    Pod(Arc<Pod>),
    Other(Value),
}

fn ended(errors: Vec<Failure>) -> Result<Done, Failure> {
    if errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(errors)) }
}
