//! The order in which the controllers write the ports of Endpoints and of slices: by a hash of
//! Go's dump of each (`portsByHash`, pkg/api/v1/endpoints/util.go; `portsInOrder`,
//! endpointslice/util/controller_utils.go; `DeepHashObject`, pkg/util/hash; v1.36). It looks
//! like no order at all, and it is always the same.

use super::object::SlicePort;

/// FNV-1a, 128 bits.
fn hash(text: &str) -> u128 {
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// A pointer to a text or number, as Go's dump shows it.
fn pointer(kind: &str, value: Option<&str>) -> String {
    format!("(*{kind}){}", value.unwrap_or("<nil>"))
}

/// The place of a port in Endpoints.
pub(super) fn in_endpoints(port: &SlicePort) -> u128 {
    hash(&format!(
        "(v1.EndpointPort){{Name:(string){} Port:(int32){} Protocol:(v1.Protocol){} AppProtocol:{}}}",
        port.name,
        port.port.unwrap_or(0),
        port.protocol,
        pointer("string", port.app_protocol.as_deref()),
    ))
}

/// The place of a port in a slice.
fn in_slice(port: &SlicePort) -> u128 {
    let number = port.port.map(|port| port.to_string());
    hash(&format!(
        "(v1.EndpointPort){{Name:{} Protocol:{} Port:{} AppProtocol:{}}}",
        pointer("string", Some(&port.name)),
        pointer("v1.Protocol", Some(&port.protocol.to_string())),
        pointer("int32", number.as_deref()),
        pointer("string", port.app_protocol.as_deref()),
    ))
}

/// Puts the ports of a slice into the controllers' order.
pub(super) fn sort_slice(ports: &mut [SlicePort]) {
    if ports.len() > 1 {
        ports.sort_by_cached_key(in_slice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Protocol;

    fn port(name: &str, port: u16, app_protocol: Option<&str>) -> SlicePort {
        SlicePort {
            name: name.into(),
            port: Some(port),
            protocol: Protocol::Tcp,
            app_protocol: app_protocol.map(Into::into),
        }
    }

    #[test]
    fn the_hash_is_that_of_gos_dump() {
        assert_eq!(
            in_endpoints(&port("http", 80, None)),
            0x754b_003f_50f1_33a5_39c6_0d18_cfb3_0a55
        );
        assert_eq!(
            in_endpoints(&port("", 80, Some("http"))),
            0x97c9_72a8_59b1_b33b_eb8f_8744_64f0_2d26
        );
        assert_eq!(in_slice(&port("", 80, None)), 0x73b5_2e07_5e78_e707_87d5_e6ff_d221_2eef);
        let open = SlicePort { port: None, ..port("a", 0, Some("h")) };
        assert_eq!(in_slice(&open), 0x6770_d77a_f7dc_043e_d5c6_8687_309f_c2b8);
    }
}
