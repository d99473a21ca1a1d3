//! The PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt): what a load balancer says about
//! the connection it passes on, before the first byte of that connection.
//!
//! Read by code of ours: the parsers there are take two spellings for one where we must not (`+80`, a tab
//! or another byte for a space), look at no additional field, and leave the reading, with its limits of
//! bytes and time, to the caller anyhow. Whatever is not exactly one announced TCP address is a fault, and
//! the connection is closed without a word.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;

use crate::metrics::Broken;

/// What version 2 begins with.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// The longest line of version 1, its end included.
const LINE: usize = 107;

/// Most bytes of addresses and additional fields of version 2. Load balancers send some hundred.
const ROOM: usize = 4096;

/// The additional field with a checksum over the whole header.
const CRC32C: u8 = 0x03;

/// The kind of sender and the length, before which nothing of version 2 can be judged.
const FIXED: usize = 16;

/// Why a connection that had to begin with a header did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It begins with something else.
    Missing,
    /// What it begins with breaks the rules.
    Malformed,
    /// More than a header may have.
    TooLong,
    /// It names no TCP connection: `UNKNOWN`, UDP, or a socket of one machine.
    Unknown,
    /// The load balancer speaks for itself: a health check.
    Local,
    /// The peer closed before it was whole.
    Closed,
}

impl Fault {
    /// The reason as it is counted.
    #[must_use]
    pub const fn broken(self) -> Broken {
        match self {
            Self::Missing => Broken::ProxyMissing,
            Self::Malformed => Broken::ProxyMalformed,
            Self::TooLong => Broken::ProxyTooLong,
            Self::Unknown => Broken::ProxyUnknown,
            Self::Local => Broken::ProxyLocal,
            Self::Closed => Broken::ProxyClosed,
        }
    }
}

impl From<io::Error> for Fault {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

/// Reads a header and not a byte beyond it: the announced client's address, IPv4-mapped forms folded.
///
/// Waits without end; the caller has a time limit for all of it.
///
/// # Errors
/// [`Fault`]; what was read until then is lost.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<IpAddr, Fault> {
    // Shorter than the shortest header of either version.
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await?;
    if header == SIGNATURE {
        header.resize(FIXED, 0);
        stream.read_exact(header.get_mut(SIGNATURE.len()..).unwrap_or_default()).await?;
        header.resize(FIXED.saturating_add(length(&header)?), 0);
        stream.read_exact(header.get_mut(FIXED..).unwrap_or_default()).await?;
        return binary(&header);
    }
    if !header.starts_with(b"PROXY ") {
        return Err(Fault::Missing);
    }
    while header.last() != Some(&b'\n') {
        if header.len() >= LINE {
            return Err(Fault::TooLong);
        }
        header.push(stream.read_u8().await?);
    }
    line(&header)
}

/// The line of version 1 with its end.
fn line(line: &[u8]) -> Result<IpAddr, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| Fault::Malformed)?;
    let text = text.strip_suffix("\r\n").ok_or(Fault::Malformed)?;
    let words: Vec<&str> = text.split(' ').collect();
    let (source, destination, ports) = match *words.as_slice() {
        ["PROXY", "UNKNOWN", ..] => return Err(Fault::Unknown),
        ["PROXY", "TCP4", source, destination, from, to] => {
            (address::<Ipv4Addr>(source), address::<Ipv4Addr>(destination), [from, to])
        }
        ["PROXY", "TCP6", source, destination, from, to] => {
            (address::<Ipv6Addr>(source), address::<Ipv6Addr>(destination), [from, to])
        }
        _ => return Err(Fault::Malformed),
    };
    let plain = ports.into_iter().all(|text| port(text).is_some_and(|port| port > 0));
    match (source, destination) {
        (Some(source), Some(_)) if plain => client(source),
        _ => Err(Fault::Malformed),
    }
}

/// An address in the one strict spelling of its family.
fn address<T: std::str::FromStr + Into<IpAddr>>(text: &str) -> Option<IpAddr> {
    text.parse::<T>().ok().map(Into::into)
}

/// A port as the line of version 1 writes it: decimal, without sign or leading zero.
pub(super) fn port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 5;
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// An address that a TCP connection can come from, folded.
pub(super) fn plausible(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    let broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    (!address.is_unspecified() && !address.is_multicast() && !broadcast).then_some(address)
}

fn client(address: IpAddr) -> Result<IpAddr, Fault> {
    plausible(address).ok_or(Fault::Malformed)
}

/// What the first 16 bytes of version 2 say about the rest.
fn length(fixed: &[u8]) -> Result<usize, Fault> {
    let Some(&[command, _, high, low]) = fixed.get(SIGNATURE.len()..FIXED) else {
        return Err(Fault::Malformed);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    match command {
        0x20 => Err(Fault::Local),
        0x21 if length > ROOM => Err(Fault::TooLong),
        0x21 => Ok(length),
        _ => Err(Fault::Malformed),
    }
}

/// A whole header of version 2 with the command PROXY.
fn binary(header: &[u8]) -> Result<IpAddr, Fault> {
    let (fixed, rest) = header.split_at_checked(FIXED).ok_or(Fault::Malformed)?;
    let (source, fields) = match fixed.get(13) {
        Some(0x11) => ends::<4>(rest)?,
        Some(0x21) => ends::<16>(rest)?,
        // Unspecified, UDP, and sockets of one machine.
        Some(0x00 | 0x12 | 0x22 | 0x31 | 0x32) => return Err(Fault::Unknown),
        _ => return Err(Fault::Malformed),
    };
    check(header, fields)?;
    client(source)
}

/// The source address, and what follows both addresses and ports.
fn ends<const N: usize>(rest: &[u8]) -> Result<(IpAddr, &[u8]), Fault>
where
    IpAddr: From<[u8; N]>,
{
    let (source, rest) = rest.split_first_chunk::<N>().ok_or(Fault::Malformed)?;
    let (_destination, rest) = rest.split_first_chunk::<N>().ok_or(Fault::Malformed)?;
    let (ports, fields) = rest.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
    let [a, b, c, d] = *ports;
    if [a, b] == [0, 0] || [c, d] == [0, 0] {
        return Err(Fault::Malformed);
    }
    Ok((IpAddr::from(*source), fields))
}

/// Additional fields fill the rest exactly, and a checksum among them is right. Nothing else of them is
/// read.
fn check(header: &[u8], mut fields: &[u8]) -> Result<(), Fault> {
    let mut sum = None;
    while let Some((&[kind, high, low], rest)) = fields.split_first_chunk::<3>() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (value, next) = rest.split_at_checked(length).ok_or(Fault::Malformed)?;
        if kind == CRC32C {
            let at = header.len().saturating_sub(rest.len());
            let value = <[u8; 4]>::try_from(value).map_err(|_| Fault::Malformed)?;
            if sum.replace((at, u32::from_be_bytes(value))).is_some() {
                return Err(Fault::Malformed);
            }
        }
        fields = next;
    }
    if !fields.is_empty() {
        return Err(Fault::Malformed);
    }
    match sum {
        Some((at, said)) if said != crc32c(header, at) => Err(Fault::Malformed),
        _ => Ok(()),
    }
}

/// CRC-32C (RFC 3720, appendix B.4) of the header, with zeros for the four bytes at `hole`.
fn crc32c(header: &[u8], hole: usize) -> u32 {
    let hole = hole..hole.saturating_add(4);
    let bytes = header.iter().enumerate().map(|(i, b)| if hole.contains(&i) { 0 } else { *b });
    !bytes.fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0x82F6_3B78 } else { sum >> 1 }
        })
    })
}

#[cfg(test)]
mod tests;
