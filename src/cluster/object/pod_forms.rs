//! The forms of a Pod on its way: made, placed, running. Pods of one template differ in each of
//! them in what is their own alone, so that one can be made after the other.

use super::pod::{Pod, Varied};
use super::pod_json::{TOKEN, VARY};
use super::template::Template;
use crate::cluster::Name;
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;

/// How far a Pod is that went no unusual way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::cluster) enum Form {
    /// Its controller made it.
    Made,
    /// It has a node.
    Placed,
    /// It has its addresses too.
    Running,
}

/// What stands of a form at the places of [`VARY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Own,
    Text,
    Other,
}

const METADATA: [Stands; 5] = [Stands::Own, Stands::Own, Stands::Text, Stands::Text, Stands::Text];
const STATUS: [Stands; 6] =
    [Stands::Own, Stands::Own, Stands::Own, Stands::Text, Stands::Other, Stands::Text];
const VERSION: usize = 3;
const UID: usize = 2;

impl Pod {
    /// Its form; none where it came to be otherwise.
    pub(in crate::cluster) fn form(&self) -> Option<Form> {
        let all = self.vary().iter().filter(|(idx, _)| *idx != TOKEN);
        let mut n = 0;
        for (at, (idx, varied)) in all.enumerate() {
            let wanted = *METADATA.iter().chain(&STATUS).nth(at)?;
            let stands = match varied {
                Varied::Own => Stands::Own,
                Varied::Text(_) => Stands::Text,
                Varied::Other(_) => Stands::Other,
            };
            if usize::from(*idx) != at || stands != wanted {
                return None;
            }
            n += 1;
        }
        let form = match n - n.min(METADATA.len()) {
            0 if n == METADATA.len() => Form::Made,
            1 => Form::Placed,
            n if n == STATUS.len() => Form::Running,
            _ => return None,
        };
        let is_addressed = self.ips.len() == usize::from(form == Form::Running);
        (is_addressed && self.node.is_some() == (form != Form::Made)).then_some(form)
    }

    /// What its template makes its own, up to a form, and what is behind it.
    fn with(
        &self,
        (name, node, ips): (Name, Option<Arc<str>>, Vec<IpAddr>),
        template: &Arc<Template>,
        (version, uid, more): (u64, Option<String>, Vec<Varied>),
    ) -> Self {
        let kept = self.vary().iter().filter(|(idx, _)| *idx != TOKEN);
        let mut vary: Vec<(u8, Varied)> = Vec::with_capacity(VARY.len() + 1);
        vary.extend(kept.cloned());
        if let Some((_, slot)) = vary.get_mut(VERSION) {
            *slot = Varied::Text(version.to_string().into());
        }
        if let (Some(uid), Some((_, slot))) = (uid, vary.get_mut(UID)) {
            *slot = Varied::Text(uid.into());
        }
        for varied in more {
            let idx = vary.len() as u8;
            vary.push((idx, varied));
        }
        vary.extend(self.vary().iter().filter(|(idx, _)| *idx == TOKEN).cloned());
        Self::of((name, node, ips.into()), template.clone(), vary.into())
    }

    /// Another Pod that its controller makes as it made this one.
    pub(in crate::cluster) fn made_again(&self, name: Name, uid: String, version: u64) -> Self {
        let own = (name, None, Vec::new());
        self.with(own, self.template(), (version, Some(uid), Vec::new()))
    }

    /// As it is placed on a node; with the template that it has then.
    pub(in crate::cluster) fn placed(
        &self,
        template: &Arc<Template>,
        node: &Arc<str>,
        version: u64,
    ) -> Self {
        let own = (self.name.clone(), Some(node.clone()), Vec::new());
        self.with(own, template, (version, None, vec![Varied::Own]))
    }

    /// As it begins to run; with the template that it has then.
    pub(in crate::cluster) fn running(
        &self,
        template: &Arc<Template>,
        (ip, host, now): (IpAddr, IpAddr, &str),
        version: u64,
    ) -> Self {
        let own = (self.name.clone(), self.node.clone(), vec![ip]);
        let host = host.to_string();
        let hosts = json!([{"ip": host}]);
        let more = vec![
            Varied::Own,
            Varied::Own,
            Varied::Text(host.into()),
            Varied::Other(hosts.into()),
            Varied::Text(now.into()),
        ];
        self.with(own, template, (version, None, more))
    }

    /// Its template, to be kept.
    pub(in crate::cluster) fn shared_template(&self) -> Arc<Template> {
        self.template().clone()
    }
}
