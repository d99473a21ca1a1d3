//! The proof that a request was decided upon: without it there is no upstream.

use std::sync::Arc;

use super::Identity;
use super::Threshold;
use crate::site::Site;

/// What a machine proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MachineKind {
    /// That it is in a network.
    Network,
    /// That it has a service token.
    ServiceToken,
    /// That it has the key of a client certificate.
    ClientCertificate,
}

impl MachineKind {
    /// The name used in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::ServiceToken => "service_token",
            Self::ClientCertificate => "client_certificate",
        }
    }
}

/// A program, as consoles and logs know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// What it proved.
    pub kind: MachineKind,
    /// The name of the network, the token or the certificate's entry.
    pub name: Arc<str>,
    /// `sub` of its assertion: kind and stable id, such as `token:3k7…`. No login name has a colon.
    pub subject: Arc<str>,
}

impl Machine {
    /// A machine known by the network it is in.
    #[must_use]
    pub fn network(name: Arc<str>) -> Self {
        let subject = format!("network:{name}").into();
        Self { kind: MachineKind::Network, name, subject }
    }

    /// A machine with a service token.
    #[must_use]
    pub fn token(id: &str, name: &str) -> Self {
        let subject = format!("token:{id}").into();
        Self { kind: MachineKind::ServiceToken, name: name.into(), subject }
    }

    /// A machine with a client certificate.
    #[must_use]
    pub fn certificate(name: &str) -> Self {
        let subject = format!("certificate:{name}").into();
        Self { kind: MachineKind::ClientCertificate, name: name.into(), subject }
    }

    /// `amr` (RFC 8176 §2): only a certificate proves possession of a key; a token is shown, not used, and an
    /// address proves no method at all.
    #[must_use]
    pub const fn amr(&self) -> &'static [&'static str] {
        match self.kind {
            MachineKind::ClientCertificate => &["pop"],
            MachineKind::Network | MachineKind::ServiceToken => &[],
        }
    }
}

/// In whose name a request is forwarded.
#[derive(Clone, Debug)]
pub enum Principal {
    /// Nobody's: no identity is sent, whatever came along.
    Anonymous,
    /// A program's, of which the console learns nothing: logs do.
    Unnamed(Machine),
    /// A program's.
    Machine(Machine),
    /// A person's.
    Person(Identity),
}

impl Principal {
    /// The one that says more.
    #[must_use]
    pub fn or_stronger(self, other: Self) -> Self {
        let rank = |principal: &Self| match principal {
            Self::Anonymous => 0,
            Self::Unnamed(_) => 1,
            Self::Machine(machine) => match machine.kind {
                MachineKind::Network => 2,
                MachineKind::ServiceToken => 3,
                MachineKind::ClientCertificate => 4,
            },
            Self::Person(_) => 5,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

/// Evidence that a request may be forwarded to its site. Made only by [`evaluate`](super::evaluate).
#[derive(Clone, Debug)]
pub struct Permit {
    site: Arc<Site>,
    principal: Principal,
    threshold: Threshold,
}

impl Permit {
    pub(super) fn new(site: &Arc<Site>, principal: Principal) -> Self {
        Self { site: Arc::clone(site), principal, threshold: Threshold::Inside }
    }

    /// For somebody who is about to sign in at the console itself: in nobody's name, and with nothing that could be a
    /// proof of anything.
    pub(super) fn before_sign_in(site: &Arc<Site>) -> Self {
        let (site, principal) = (Arc::clone(site), Principal::Anonymous);
        Self { site, principal, threshold: Threshold::Before }
    }

    /// Whether it is only for signing in at the console itself.
    #[must_use]
    pub fn is_before_sign_in(&self) -> bool {
        self.threshold == Threshold::Before
    }

    /// The site whose console may be asked.
    #[must_use]
    pub const fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// In whose name.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The person who is asking; none on an open route, whatever cookie was sent.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        match &self.principal {
            Principal::Person(identity) => Some(identity),
            Principal::Anonymous | Principal::Unnamed(_) | Principal::Machine(_) => None,
        }
    }

    /// The program that is asking.
    #[must_use]
    pub const fn machine(&self) -> Option<&Machine> {
        match &self.principal {
            Principal::Machine(machine) | Principal::Unnamed(machine) => Some(machine),
            Principal::Anonymous | Principal::Person(_) => None,
        }
    }
}
