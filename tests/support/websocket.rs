//! Frames of WebSocket (RFC 6455 §5), written by hand.

/// The last frame of a message.
pub(crate) const FIN: u8 = 0x80;
/// Reserved: a compressed message, where that was agreed (RFC 7692 §6).
pub(crate) const RSV1: u8 = 0x40;
/// Goes on with a message.
pub(crate) const CONTINUATION: u8 = 0x0;
/// Text.
pub(crate) const TEXT: u8 = 0x1;
/// Octets.
pub(crate) const BINARY: u8 = 0x2;
/// The end.
pub(crate) const CLOSE: u8 = 0x8;
/// A question.
pub(crate) const PING: u8 = 0x9;
/// Its answer.
pub(crate) const PONG: u8 = 0xa;

/// A frame as a client sends it: masked, its length in the shortest form.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    if length < 126 {
        return with_length(first, 0x80 | u8::try_from(length).unwrap(), &[], payload);
    }
    match u16::try_from(length) {
        Ok(short) => with_length(first, 0xfe, &short.to_be_bytes(), payload),
        Err(_) => with_length(first, 0xff, &(length as u64).to_be_bytes(), payload),
    }
}

/// A masked frame whose length is said as given.
pub(crate) fn with_length(first: u8, second: u8, length: &[u8], payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first, second];
    frame.extend(length);
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(octet, mask)| octet ^ mask));
    frame
}

/// A frame without a mask, as only servers may send it.
pub(crate) fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, u8::try_from(payload.len()).unwrap()];
    frame.extend(payload);
    frame
}

/// A close frame.
pub(crate) fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend(reason);
    frame(FIN | CLOSE, &payload)
}

/// A message compressed into stored blocks (RFC 1951 §3.2.4), its tail left out (RFC 7692 §7.2.1).
pub(crate) fn stored(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap();
    let mut block = vec![0];
    block.extend(length.to_le_bytes());
    block.extend((!length).to_le_bytes());
    block.extend(message);
    block.push(0);
    block
}
