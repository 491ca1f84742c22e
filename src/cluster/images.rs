//! On which ports well-known images listen, where neither the world nor the manifest says, and
//! which images no registry has.
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

/// Images of Docker's own collection of which it is known how their tags look: the newest major
/// version and the newest minor one of that, with room for those to come.
const TAGGED: &[(&str, u32, u32)] = &[
    ("alpine", 3, 29),
    ("busybox", 1, 49),
    ("debian", 20, 99),
    ("haproxy", 9, 99),
    ("httpd", 2, 9),
    ("mariadb", 19, 99),
    ("memcached", 1, 9),
    ("mongo", 19, 99),
    ("mysql", 19, 99),
    ("nginx", 1, 49),
    ("node", 49, 99),
    ("postgres", 29, 99),
    ("python", 3, 29),
    ("rabbitmq", 9, 99),
    ("redis", 19, 99),
    ("tomcat", 19, 99),
    ("traefik", 9, 99),
    ("ubuntu", 49, 10),
];
/// Words that stand in their tags, beside versions.
const TAG_WORDS: &[&str] = &[
    "alpha",
    "alpine",
    "beta",
    "bookworm",
    "bullseye",
    "bionic",
    "buster",
    "current",
    "debian",
    "edge",
    "erlang",
    "focal",
    "glibc",
    "iron",
    "jammy",
    "jdk",
    "jre",
    "jod",
    "krypton",
    "latest",
    "lts",
    "mainline",
    "management",
    "musl",
    "noble",
    "openjdk",
    "oracle",
    "oraclelinux",
    "otel",
    "perl",
    "rc",
    "resolute",
    "rolling",
    "sid",
    "slim",
    "stable",
    "stretch",
    "temurin",
    "testing",
    "trixie",
    "ubi",
    "uclibc",
    "unstable",
    "xenial",
];
/// What a name or tag says that nobody gives to an image that there is.
const SAYS_SO: &[&str] = &[
    "doesnotexist",
    "does-not-exist",
    "invalid",
    "no-such",
    "nonexist",
    "non-exist",
    "nosuch",
    "not-exist",
    "notexist",
    "not-found",
    "notfound",
];

/// Why an image can't be had, as a kubelet and its runtime (containerd 2) say it: its name is
/// none, it is a well-known one misspelt, or it has no such tag. Others are taken to be there.
pub(super) fn refused(image: &str) -> Option<String> {
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    };
    if name.is_empty() || image.contains('@') {
        return None;
    }
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
        _ => ("docker.io", name),
    };
    let is_hub = matches!(registry, "docker.io" | "index.docker.io");
    let path = if is_hub && !path.contains('/') { format!("library/{path}") } else { path.into() };
    if path.contains(|c: char| c.is_ascii_uppercase()) {
        return Some(format!(
            "couldn't parse image reference {image:?}: invalid reference format: repository name ({path}) must be lowercase"
        ));
    }
    let says_so = |text: &str| SAYS_SO.iter().any(|word| text.contains(word));
    let whole = format!("{registry}/{path}:{tag}");
    let failed = format!(
        "failed to pull and unpack image \"{whole}\": failed to resolve reference \"{whole}\": "
    );
    let official = path.strip_prefix("library/").filter(|_| is_hub);
    if says_so(&path) || official.is_some_and(is_misspelt) {
        return Some(format!(
            "{failed}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
        ));
    }
    if says_so(tag) || official.is_some_and(|name| lacks_tag(name, tag)) {
        return Some(format!("rpc error: code = NotFound desc = {failed}{whole}: not found"));
    }
    None
}

/// Whether a well-known image has no such tag.
fn lacks_tag(name: &str, tag: &str) -> bool {
    let Some((_, major, minor)) = TAGGED.iter().find(|(known, ..)| *known == name) else {
        return false;
    };
    let is_date = |part: &str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = |part: &str| {
        let numbers: Option<Vec<u32>> = part.split('.').map(|number| number.parse().ok()).collect();
        numbers.is_some_and(|numbers| match *numbers {
            [first] => first <= *major,
            [first, second, ..] => {
                (first < *major || first == *major && second <= *minor)
                    && numbers.iter().all(|number| *number < 100)
            }
            [] => false,
        })
    };
    let is_word = |part: &str| {
        let word = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        TAG_WORDS.contains(&word)
    };
    let (first, rest) =
        tag.split_once('-').map_or((tag, None), |(first, rest)| (first, Some(rest)));
    let early = first.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_early = ["alpha", "beta", "rc"].iter().any(|word| early.starts_with(word));
    let is_first = is_version(first) || is_word(first) || is_early;
    let mut rest = rest.into_iter().flat_map(|rest| rest.split('-'));
    !is_first || !rest.all(|part| is_word(part) || is_version(part) || is_date(part))
}

/// Whether a name is a well-known image's but for one letter.
fn is_misspelt(name: &str) -> bool {
    let known = TAGGED.iter().map(|(known, ..)| *known).filter(|known| known.len() > 4);
    let known: Vec<&str> = known.collect();
    !known.contains(&name)
        && known_ports(name).is_empty()
        && known.iter().any(|known| is_near(name, known))
}

/// One letter more, less or another, or two that changed places.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, rest @ ..], _) if rest == b => true,
        (_, [_, rest @ ..]) if rest == a => true,
        ([_, x @ ..], [_, y @ ..]) if x == y => true,
        ([p, q, x @ ..], [r, s, y @ ..]) => p == s && q == r && x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, known_ports, refused};
    use crate::cluster::object::Protocol::Tcp;

    #[test]
    fn images_are_known_by_the_last_part_of_their_names() {
        assert!(KNOWN.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(known_ports("nginx"), &[(80, Tcp)]);
        assert_eq!(known_ports("docker.io/library/redis"), &[(6379, Tcp)]);
        assert_eq!(known_ports("busybox"), &[]);
    }

    #[test]
    fn images_that_nobody_has_are_told_from_those_that_somebody_may_have() {
        for there in [
            "nginx",
            "nginx:1.27",
            "nginx:1.25.3-alpine",
            "nginx:1.27-alpine3.20-slim",
            "nginx:stable-perl",
            "nginx:mainline",
            "nginx:alpine",
            "busybox:1.28",
            "busybox:1.36-uclibc",
            "redis:7-bookworm",
            "httpd:2.4-alpine",
            "postgres:17",
            "postgres:17.2-bookworm",
            "ubuntu:24.04",
            "ubuntu:jammy-20240212",
            "python:3.12-slim",
            "node:20-alpine",
            "node:lts",
            "tomcat:10.1-jdk17-temurin",
            "alpine:3.20",
            "mysql:8.0",
            "mysql:8.0-debian",
            "mongo:7",
            "rabbitmq:3-management",
            "haproxy:3.0-alpine",
            "web",
            "shop:1",
            "me/nginxx:any",
            "registry.example.com/web:1.4",
            "localhost:5000/nginx:nope",
            "nginx@sha256:00",
            "registry.k8s.io/e2e-test-images/agnhost:2.39",
            "nginx-unprivileged",
            "redix9",
            "docker.io/library/nginx:1.27",
            "docker.io/me/x",
            "broken:1",
            "",
            "memcached:1.6",
        ] {
            assert_eq!(refused(there), None, "{there}");
        }
        for tag in [
            "nginx:nope",
            "nginx:1.161",
            "nginx:1.91",
            "nginx:latestt",
            "nginx:1.27.1alpine",
            "nginx:100",
            "busybox:wrong",
            "library/redis:x",
            "web:notfound",
        ] {
            assert!(refused(tag).is_some_and(|why| why.ends_with(": not found")), "{tag}");
        }
        for name in [
            "nginxx",
            "ngnix",
            "ngin",
            "busybx:1.36",
            "nonexistent/web:1",
            "docker.io/library/postgre",
        ] {
            assert!(refused(name).is_some_and(|why| why.contains("access denied")), "{name}");
        }
        assert_eq!(
            refused("nginx:nope").unwrap(),
            "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/nginx:nope\": failed to resolve reference \"docker.io/library/nginx:nope\": docker.io/library/nginx:nope: not found"
        );
        assert_eq!(
            refused("Nginx").unwrap(),
            "couldn't parse image reference \"Nginx\": invalid reference format: repository name (library/Nginx) must be lowercase"
        );
    }
}
