//! What validation asks of the cluster.

use super::Cluster;
use crate::validate::{NamespaceState, Owner, Surroundings};
use ipnet::IpNet;
use std::net::IpAddr;
use std::ops::RangeInclusive;

impl Surroundings for Cluster {
    fn namespace(&self, name: &str) -> NamespaceState {
        match Cluster::namespace(self, name) {
            None => NamespaceState::Missing,
            Some(namespace) if namespace.terminating => NamespaceState::Terminating,
            Some(_) => NamespaceState::Active,
        }
    }

    fn service_cidrs(&self) -> &[IpNet] {
        &self.settings().service_cidrs
    }

    fn node_ports(&self) -> RangeInclusive<u16> {
        self.settings().node_ports.clone()
    }

    fn cluster_ip_owner(&self, ip: IpAddr) -> Option<Owner> {
        self.services_at_cluster_ip(ip).next().map(|service| owner(&service.name))
    }

    fn was_given_back(&self, ip: IpAddr) -> bool {
        self.addresses.was_given_back(ip)
    }

    fn node_port_owner(&self, port: u16) -> Option<Owner> {
        self.services_at_node_port(port).next().map(|service| owner(&service.name))
    }
}

fn owner(name: &super::Name) -> Owner {
    Owner { namespace: name.namespace.to_string(), name: name.name.to_string() }
}
