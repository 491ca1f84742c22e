//! Ranges and addresses of Services.

use super::World;
use super::namespace::dated_conditions;
use super::page::Page;
use super::value::{items, text, texts};
use serde_json::Value;

/// `describeServiceCIDRV1`.
pub(super) fn service_cidr(_: World<'_>, cidr: &Value, page: &mut Page) {
    page.field(0, "Name", text(&cidr["metadata"]["name"]));
    page.tags(cidr);
    page.field(0, "CIDRs", texts(&cidr["spec"]["cidrs"]).join(", "));
    let conditions = &cidr["status"]["conditions"];
    if !items(conditions).is_empty() {
        page.line(0, "Status:");
        dated_conditions(page, conditions);
    }
}

/// `describeIPAddressV1`.
pub(super) fn ip_address(_: World<'_>, address: &Value, page: &mut Page) {
    page.field(0, "Name", text(&address["metadata"]["name"]));
    page.tags(address);
    let parent = &address["spec"]["parentRef"];
    if parent.is_object() {
        page.line(0, "Parent Reference:");
        for (title, field) in [
            ("Group", "group"),
            ("Resource", "resource"),
            ("Namespace", "namespace"),
            ("Name", "name"),
        ] {
            page.field(1, title, text(&parent[field]));
        }
    }
}
