//! `networks`: named lists of CIDRs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Stage;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use crate::network::NetworkSet;

type Lists = BTreeMap<String, Option<Vec<Option<String>>>>;

impl Stage<'_> {
    /// Every named network.
    pub(super) fn networks(&mut self, lists: Option<&Lists>) -> BTreeMap<String, NetworkSet> {
        let top = KeyPath::default().key("networks");
        let mut networks = BTreeMap::new();
        for (name, list) in lists.into_iter().flatten() {
            let path = top.key(name);
            if !is_name(name) {
                let problem = Problem::new("not a name for a network")
                    .found(super::key_path::shown(name))
                    .allowed("1 to 63 of a-z, 0-9, `-` and `_`");
                self.report.refuse(&path, problem);
            }
            let Some(list) = list else { continue };
            if list.is_empty() {
                let problem = Problem::new("the list is empty").found("an empty list");
                self.report.refuse(&path, problem.allowed("at least one network"));
            }
            let mut set = Vec::new();
            for (path, text) in elements(list, &path) {
                set.extend(self.report.take(&path, cidr(text)));
            }
            networks.insert(name.clone(), NetworkSet::new(set));
        }
        networks
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !name.is_empty() && name.len() <= 63 && name.bytes().all(allowed)
}

fn cidr(text: &str) -> Result<IpNet, Problem> {
    const FORM: &str = "a network such as 10.0.0.0/8 or fd00::/8";
    let problem = || Problem::new("not a network in CIDR notation").allowed(FORM);
    if let Ok(address) = text.parse::<IpAddr>() {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        return Err(problem().hint(format!("for this one address write {address}/{bits}")));
    }
    let network: IpNet = text.parse().map_err(|_| problem())?;
    if network.trunc() != network {
        let hint = format!("the network is {}", network.trunc());
        return Err(Problem::new("the address is inside the network, not its beginning")
            .allowed(FORM)
            .hint(hint));
    }
    let mapped = matches!(network.addr(), IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    if mapped {
        let hint = "write IPv4 networks as IPv4; mapped addresses are judged as IPv4";
        return Err(problem().hint(hint));
    }
    Ok(network)
}
