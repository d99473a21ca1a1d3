//! A QR code as vector path, drawn here and nowhere else: no request leaves for it.

use std::fmt::Write;

use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;

/// Light modules around the code (ISO/IEC 18004 §5.3.8 asks for four).
const QUIET: usize = 4;

/// The text is too long for a QR code.
#[derive(Debug, thiserror::Error)]
#[error("the key cannot be drawn as a QR code")]
pub(crate) struct NotDrawable;

/// The dark modules as one SVG path, in units of a module.
#[derive(Clone, Debug)]
pub(crate) struct QrImage {
    /// Width and height with the quiet zone.
    pub(crate) side: usize,
    /// Data of the `d` attribute.
    pub(crate) path: String,
}

/// Draws `text`.
///
/// # Errors
/// When it does not fit.
pub(crate) fn draw(text: &str) -> Result<QrImage, NotDrawable> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| NotDrawable)?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                write!(path, "M{left} {top}h{length}v1h-{length}z").map_err(|_| NotDrawable)?;
            }
            x += run.len();
        }
    }
    Ok(QrImage { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_has_every_dark_module_and_a_quiet_zone_of_four() {
        let text = "otpauth://totp/Portcullis:ada?secret=JBSWY3DPEHPK3PXP&issuer=Portcullis";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code.to_colors().iter().filter(|c| **c == Color::Dark).count();
        let image = draw(text).unwrap();
        assert_eq!(image.side, code.width() + 8);
        let mut drawn = 0;
        for run in image.path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            assert!(x >= 4 && y >= 4 && x + length <= image.side - 4 && y < image.side - 4);
            drawn += length;
        }
        assert_eq!(drawn, dark);
    }

    #[test]
    fn a_camera_reads_from_the_path_what_was_drawn() {
        const SCALE: usize = 6;
        let text = "otpauth://totp/Harbour%20Operations:ada?secret=JBSWY3DPEHPK3PXP&issuer=Harbour%20Operations";
        let image = draw(text).unwrap();
        let mut dark = vec![vec![false; image.side]; image.side];
        for run in image.path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            dark[y][x..x + length].fill(true);
        }
        let size = image.side * SCALE;
        let shade = |x: usize, y: usize| if dark[y / SCALE][x / SCALE] { 0 } else { 255 };
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(size, size, shade);
        let grids = picture.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, text);
    }

    #[test]
    fn a_text_that_no_code_holds_is_an_error() {
        assert!(draw(&"x".repeat(5000)).is_err());
    }
}
