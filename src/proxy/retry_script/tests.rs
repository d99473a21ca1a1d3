//! Where the tag goes, and where it does not.

use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::prop_assert_eq;
use proptest::proptest;
use proptest::sample::select;

use super::*;

const TAG: &str = "<script></script>";

/// A page passed in these pieces.
fn passed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut inserter = Inserter::new(Bytes::from_static(TAG.as_bytes()));
    pieces.into_iter().flat_map(|piece| inserter.pass(Bytes::copy_from_slice(piece))).collect()
}

fn whole(page: &str) -> String {
    String::from_utf8(passed([page.as_bytes()])).unwrap()
}

#[test]
fn the_tag_comes_right_behind_head_wherever_the_page_is_cut() {
    for (before, behind) in [
        ("<!DOCTYPE html><html><head>", "<title>x</title><head>"),
        ("\u{feff}\r\n <!doctype html>\n<HTML lang=en data-x='>'>\n<HEAD >", ""),
        (
            "<!-- <head> --><?xml version=\"1.0\"?><html class=\"a<head>b\"><head data-a=\"<\" b = c>",
            "x",
        ),
        ("<head/>", "<body>"),
        ("<!----><!-- - -- --->\n<html x = '\"' y>\n<head\tprefix=\"og: x>\">", "é"),
    ] {
        let page = format!("{before}{behind}");
        let expected = format!("{before}{TAG}{behind}");
        assert_eq!(whole(&page), expected);
        for at in 0..=page.len() {
            let (one, two) = page.as_bytes().split_at(at);
            assert_eq!(passed([one, two]), expected.as_bytes(), "cut at {at}: {page}");
        }
        assert_eq!(passed(page.as_bytes().chunks(1)), expected.as_bytes(), "byte by byte");
    }
}

#[test]
fn whatever_is_not_plainly_the_beginning_of_a_page_passes_as_it_is() {
    for page in [
        "",
        "<",
        "text <head>",
        "<html><body><head>",
        "<html><header><head>",
        "<header>",
        "<html><heading><head>",
        "<hxml><head>",
        "<hthml><head>",
        "<html><script>'<head>'</script><head>",
        "<meta charset=utf-8><head>",
        "<!--><script>/*--><head>",
        "<!---><script>/*--><head>",
        "<!-- --!><script>/*--><head>",
        "<!-- <head>",
        "<html a=b\"><head>\">",
        "<html \"><head>",
        "<html <head>",
        "<head",
        "<head x='>",
        "<![CDATA[<head>]]>",
        "{\"a\": \"<head>\"}",
        "<\u{0}h\u{0}e\u{0}a\u{0}d\u{0}>",
    ] {
        assert_eq!(whole(page), page);
    }
    let utf16: Vec<u8> = "\u{feff}<head>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(passed([utf16.as_slice()]), utf16);
}

#[test]
fn a_head_that_is_far_away_is_not_looked_for() {
    let far = |blanks: usize| format!("{}<head>", " ".repeat(blanks));
    assert!(whole(&far(FARTHEST - 6)).ends_with(TAG));
    assert!(!whole(&far(FARTHEST - 5)).contains(TAG));
}

/// Pieces that pages begin with, and such that look like them.
fn bits() -> impl Strategy<Value = &'static str> {
    select(vec![
        "<",
        ">",
        "<!",
        "--",
        "-",
        "!",
        "<html",
        "<head",
        "<head>",
        "<HTML>",
        " ",
        "\n",
        "=",
        "\"",
        "'",
        "<!DOCTYPE html>",
        "<!--",
        "-->",
        "x",
        "/",
        "<script>",
        "<?xml?>",
        "\u{feff}",
        "er>",
    ])
}

proptest! {
    #[test]
    fn every_other_byte_stays_however_the_page_is_cut(
        bits in vec(bits(), 0..24),
        cuts in vec(0..200_usize, 0..6),
    ) {
        let page = bits.concat();
        let at_once = whole(&page);
        prop_assert_eq!(at_once.replacen(TAG, "", 1), page.as_str());
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(page.len())).collect();
        cuts.extend([0, page.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &page.as_bytes()[cut[0]..cut[1]]);
        prop_assert_eq!(passed(pieces), at_once.as_bytes());
    }
}

fn fits(status: u16, fields: &[(&'static str, &'static str)]) -> bool {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, HeaderValue::from_static(value));
    }
    is_plain_page(StatusCode::from_u16(status).unwrap(), &headers)
}

#[test]
fn only_a_whole_page_in_readable_bytes_gets_the_tag() {
    const HTML: (&str, &str) = ("content-type", "text/html");
    for kind in [
        "text/html",
        "Text/HTML; charset=UTF-8",
        "text/html;charset=\"iso-8859-1\"",
        "text/html; charset=shift_jis",
    ] {
        assert!(fits(200, &[("content-type", kind)]), "{kind}");
    }
    assert!(fits(
        200,
        &[HTML, ("content-disposition", "inline"), ("content-encoding", "identity")]
    ));
    assert!(fits(200, &[HTML, ("cache-control", "private, max-age=1")]));
    for status in [201, 206, 304, 404] {
        assert!(!fits(status, &[HTML]), "{status}");
    }
    assert!(!fits(200, &[]));
    for other in [
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("content-length", "0"),
        ("content-range", "bytes 0-1/2"),
        ("content-disposition", "attachment; filename=x"),
        ("cache-control", "private, No-Transform"),
    ] {
        assert!(!fits(200, &[HTML, other]), "{other:?}");
    }
    for kind in
        ["application/xhtml+xml", "text/html; charset=utf-16", "text/html; charset=iso-2022-jp"]
    {
        assert!(!fits(200, &[("content-type", kind)]), "{kind}");
    }
}
