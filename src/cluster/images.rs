//! On which ports well-known images listen, where neither the world nor the manifest says.
//!
//! `containerPort` is a note for readers: nginx listens on 80 whether a manifest says so or not,
//! and so must a Pod of `kubectl create deployment web --image=nginx`.

use super::object::Protocol;
use Protocol::{Tcp, Udp};

/// By the last part of the image's name, in order: what its program listens on as published.
const KNOWN: &[(&str, &[(u16, Protocol)])] = &[
    ("caddy", &[(80, Tcp)]),
    ("consul", &[(8500, Tcp), (8600, Tcp), (8600, Udp)]),
    ("coredns", &[(53, Udp), (53, Tcp)]),
    ("docker-registry", &[(5000, Tcp)]),
    ("echo-server", &[(8080, Tcp)]),
    ("echoserver", &[(8080, Tcp)]),
    ("elasticsearch", &[(9200, Tcp), (9300, Tcp)]),
    ("etcd", &[(2379, Tcp), (2380, Tcp)]),
    ("grafana", &[(3000, Tcp)]),
    ("haproxy", &[(80, Tcp)]),
    ("hello-app", &[(8080, Tcp)]),
    ("http-echo", &[(5678, Tcp)]),
    ("httpbin", &[(80, Tcp)]),
    ("httpd", &[(80, Tcp)]),
    ("jenkins", &[(8080, Tcp), (50000, Tcp)]),
    ("mariadb", &[(3306, Tcp)]),
    ("memcached", &[(11211, Tcp)]),
    ("mongo", &[(27017, Tcp)]),
    ("mysql", &[(3306, Tcp), (33060, Tcp)]),
    ("nats", &[(4222, Tcp)]),
    ("nginx", &[(80, Tcp)]),
    ("nginx-unprivileged", &[(8080, Tcp)]),
    ("podinfo", &[(9898, Tcp)]),
    ("postgres", &[(5432, Tcp)]),
    ("prometheus", &[(9090, Tcp)]),
    ("rabbitmq", &[(5672, Tcp)]),
    ("redis", &[(6379, Tcp)]),
    ("registry", &[(5000, Tcp)]),
    ("tomcat", &[(8080, Tcp)]),
    ("traefik", &[(80, Tcp)]),
    ("whoami", &[(80, Tcp)]),
    ("wordpress", &[(80, Tcp)]),
];

/// What a container of `image` (a name without tag, such as `docker.io/library/nginx`) listens
/// on, as far as it is known; else nothing.
pub(super) fn known_ports(image: &str) -> &'static [(u16, Protocol)] {
    let last = image.rsplit('/').next().unwrap_or(image);
    let place = KNOWN.binary_search_by(|(name, _)| (*name).cmp(last));
    place.ok().and_then(|place| KNOWN.get(place)).map_or(&[], |(_, ports)| ports)
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, known_ports};
    use crate::cluster::object::Protocol::Tcp;

    #[test]
    fn images_are_known_by_the_last_part_of_their_names() {
        assert!(KNOWN.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(known_ports("nginx"), &[(80, Tcp)]);
        assert_eq!(known_ports("docker.io/library/redis"), &[(6379, Tcp)]);
        assert_eq!(known_ports("busybox"), &[]);
    }
}
