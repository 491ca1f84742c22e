//! Claims of a flow: its probes show what they expect.

use super::Claims;
use crate::cluster::Cluster;
use crate::content::Flow;
use crate::grade::{judge, send};
use crate::kubectl::{self, ApplyOptions};

pub(super) fn claims(claims: &mut Claims<'_>, base: &Cluster, flow: &Flow) {
    let mut cluster = base.clone();
    if !flow.manifest.trim().is_empty() {
        let options = ApplyOptions::default();
        let applied = kubectl::apply(&mut cluster, "manifest.yaml", &flow.manifest, &options);
        if !applied.is_accepted() {
            let message = format!("`manifest` is refused: {}", applied.stderr.trim());
            claims
                .on("manifest")
                .claim(Err((message, "Give a manifest that the API server accepts.")));
            return;
        }
    }
    for (idx, probe) in flow.probes.iter().enumerate() {
        let n = idx + 1;
        let mut part = format!("probes/{idx}/to");
        let result = send(&cluster, probe)
            .map_err(|error| (format!("Probe {n} can't be sent: {error}"), "Mend `from` or `to`."))
            .and_then(|traces| {
                let judged = judge(&probe.expect, &traces);
                if judged.met {
                    return Ok(());
                }
                part = format!("probes/{idx}/expect");
                Err((
                    format!("Probe {n}: {}", judged.say),
                    "Mend the world, the manifest or `expect`.",
                ))
            });
        claims.on(part).claim(result);
    }
}
