//! The files that a container has besides its image's: those that the kubelet writes.

use super::Inside;
use super::nslookup::resolver;
use crate::kubectl::console::{Console, Files};
use crate::trace::Client;

/// The folders that every image has.
const FOLDERS: [&str; 10] =
    ["/bin", "/dev", "/home", "/lib", "/lib64", "/proc", "/sys", "/tmp", "/usr", "/var"];

/// Those files.
pub(in crate::kubectl) fn files(console: &Console, inside: &Inside) -> Files {
    let mut files = Files::default();
    let mut write = |path: &str, text: String| {
        // They are small and few: there is room.
        let _ = files.write(path, text.as_bytes());
    };
    let resolver = resolver(console, inside);
    let mut conf = String::new();
    if !resolver.search.is_empty() {
        conf.push_str(&format!("search {}\n", resolver.search.join(" ")));
    }
    if let Some(ip) = resolver.server {
        conf.push_str(&format!("nameserver {ip}\n"));
    }
    if resolver.ndots != 1 {
        conf.push_str(&format!("options ndots:{}\n", resolver.ndots));
    }
    write("/etc/resolv.conf", conf);
    write("/etc/hostname", format!("{}\n", inside.hostname));
    let mut hosts = String::from(
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n",
    );
    if let (Client::Pod { namespace, .. }, Some(pod)) = (&inside.client, inside.of(console)) {
        hosts.insert_str(0, "# Kubernetes-managed hosts file.\n");
        if let Some(ip) = pod.ip() {
            let own = &inside.hostname;
            let domain = &console.cluster.settings().cluster_domain;
            let names = match pod.subdomain() {
                Some(subdomain) => format!("{own}.{subdomain}.{namespace}.svc.{domain}\t{own}"),
                None => own.clone(),
            };
            hosts.push_str(&format!("{ip}\t{names}\n"));
        }
        let value = console.cluster.get("Pod", namespace, &pod.name.name).unwrap_or_default();
        let own = super::given::container(&value, &inside.container);
        let image = own.and_then(|own| own["image"].as_str()).unwrap_or_default();
        if let Some((path, page)) = super::server::own_files(image) {
            write(&path, page.to_owned());
        }
    }
    write("/etc/hosts", hosts);
    for folder in FOLDERS {
        files.make_folder(folder);
    }
    files
}
