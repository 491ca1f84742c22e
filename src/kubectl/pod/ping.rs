//! `ping`. Echo requests are no connections, so kube-proxy has no rules for them: Pods and
//! nodes answer, a clusterIP does not.

use super::Inside;
use super::net::{Found, find};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::getopt::Options;
use crate::kubectl::job::Done;

const OPTIONS: Options<'_> =
    Options { letters: "c:w:W:q46i:s:", long: &[], shortens: false, mixes: true };

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let Ok(given) = OPTIONS.read(args) else {
        io.err("Usage: ping [-c COUNT] [-w SEC] HOST\n");
        return Done::Exit(1);
    };
    let Some(host) = given.rest.first() else {
        io.err("Usage: ping [-c COUNT] [-w SEC] HOST\n");
        return Done::Exit(1);
    };
    // Without -c it would go on for ever.
    let count: u32 = given.value('c').and_then(|text| text.parse().ok()).unwrap_or(4).clamp(1, 100);
    let ip = match find(console, inside, host) {
        Found::Addresses(addresses) => addresses[0],
        Found::NoSuchName | Found::Silence => {
            io.err(format_args!("ping: bad address '{host}'\n"));
            return Done::Exit(1);
        }
    };
    let cluster = &console.cluster;
    let pod = cluster.pod_at(ip).filter(|pod| !pod.is_over());
    // Policies name ports, and an echo has none: what is isolated does not get it.
    let isolated = pod.is_some_and(|pod| {
        let policies = cluster.policies_in(&pod.name.namespace);
        let mut here = policies.filter(|policy| policy.pods.matches(pod.labels()));
        here.any(|policy| policy.ingress.is_some())
    });
    let answers = ip.is_loopback() || (pod.is_some() && !isolated) || cluster.node_at(ip).is_some();
    io.out(format_args!("PING {host} ({ip}): 56 data bytes\n"));
    if answers && !given.has('q') {
        for n in 0..count {
            let hops = if ip.is_loopback() { 64 } else { 62 };
            io.out(format_args!("64 bytes from {ip}: seq={n} ttl={hops} time=0.1 ms\n"));
        }
    }
    console.cluster.advance(count);
    let (got, lost) = if answers { (count, 0) } else { (0, 100) };
    io.out(format_args!(
        "\n--- {host} ping statistics ---\n{count} packets transmitted, {got} packets received, {lost}% packet loss\n"
    ));
    if answers {
        io.out("round-trip min/avg/max = 0.1/0.1/0.1 ms\n");
    }
    Done::Exit(u8::from(!answers))
}
