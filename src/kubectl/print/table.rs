//! Tables of columns, as kubectl sets them (`printers.TablePrinter`, k8s.io/cli-runtime).

use super::Object;
use crate::kubectl::console::Io;

/// Prints a table of the objects.
pub(in crate::kubectl) fn print(objects: &[Object], io: &mut Io) {
    for object in objects {
        io.line(object.resource.object(object.value["metadata"]["name"].as_str().unwrap_or("")));
    }
}
