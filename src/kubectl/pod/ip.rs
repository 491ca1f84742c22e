//! `ip addr`, `ip route`, `ifconfig`.

use super::Inside;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::net::IpAddr;

/// Its address, and that of the other end of its link.
fn addresses(console: &Console, inside: &Inside) -> Option<(IpAddr, Option<IpAddr>)> {
    use crate::trace::Client;
    let cluster = &console.cluster;
    match &inside.client {
        Client::Pod { .. } => {
            let pod = inside.of(console)?;
            let node = pod.node.as_ref().and_then(|name| cluster.node(name));
            if pod.host_network() {
                return Some((node?.ip()?, None));
            }
            let ip = pod.ip()?;
            let gateway = match ip {
                IpAddr::V4(ip) => {
                    let [a, b, c, _] = ip.octets();
                    Some(IpAddr::from([a, b, c, 1]))
                }
                IpAddr::V6(_) => None,
            };
            Some((ip, gateway))
        }
        Client::Node(name) => Some((cluster.node(name)?.ip()?, None)),
        Client::External => Some((cluster.settings().external.ip, None)),
    }
}

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let what = args.iter().find(|arg| !arg.starts_with('-')).map_or("", String::as_str);
    let Some((ip, gateway)) = addresses(console, inside) else { return Done::Exit(1) };
    let bits = if ip.is_ipv4() { 24 } else { 64 };
    let family = if ip.is_ipv4() { "inet" } else { "inet6" };
    match what {
        "a" | "addr" | "address" => {
            let device = device(args);
            if let Some(other) = device.filter(|name| !matches!(*name, "lo" | "eth0")) {
                io.err(format_args!("ip: can't find device '{other}'\n"));
                return Done::Exit(1);
            }
            if device != Some("eth0") {
                io.out("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n");
            }
            if device != Some("lo") {
                io.out(format_args!("2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue\n    link/ether {} brd ff:ff:ff:ff:ff:ff\n    {family} {ip}/{bits} scope global eth0\n       valid_lft forever preferred_lft forever\n", mac(ip)));
            }
        }
        "r" | "route" => match gateway {
            Some(gateway) => io.out(format_args!(
                "default via {gateway} dev eth0\n{gateway} dev eth0 scope link  src {ip}\n"
            )),
            None => io.out(format_args!("default dev eth0 scope link  src {ip}\n")),
        },
        _ => {
            io.err("Usage: ip addr | ip route\n");
            return Done::Exit(1);
        }
    }
    Done::OK
}

/// The device that `ip addr show dev eth0` names.
fn device(args: &[String]) -> Option<&str> {
    let mut words = args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).skip(1);
    words.find(|word| !matches!(*word, "show" | "list" | "ls" | "sh" | "dev"))
}

pub(super) fn ifconfig(
    console: &mut Console,
    inside: &Inside,
    args: &[String],
    io: &mut Io,
) -> Done {
    let Some((ip, _)) = addresses(console, inside) else { return Done::Exit(1) };
    let wanted = args.iter().map(String::as_str).find(|arg| !arg.starts_with('-'));
    if let Some(other) = wanted.filter(|name| !matches!(*name, "lo" | "eth0")) {
        io.err(format_args!(
            "ifconfig: {other}: error fetching interface information: Device not found\n"
        ));
        return Done::Exit(1);
    }
    if wanted != Some("lo") {
        io.out(format_args!(
            "eth0      Link encap:Ethernet  HWaddr {}\n          inet addr:{ip}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n",
            mac(ip).to_uppercase()
        ));
    }
    if wanted != Some("eth0") {
        io.out("lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n");
    }
    Done::OK
}

/// A hardware address made of the other.
fn mac(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("0a:58:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
        }
        IpAddr::V6(_) => "0a:58:00:00:00:01".to_owned(),
    }
}
