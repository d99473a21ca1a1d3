//! Where a new password comes from: standard input or the terminal, never the command line, which every
//! process on the machine can read.

use std::io;
use std::io::IsTerminal;
use std::io::Read;

use clap::Args;

use super::failure::Failure;
use crate::password::MAX_BYTES;
use crate::secret::Secret;

/// The option that says where a password comes from.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Source {
    /// Read the password from standard input instead of asking.
    #[arg(long)]
    password_stdin: bool,
}

/// Reads a new password; from a terminal, twice.
pub(super) fn read_new(source: Source) -> Result<Secret<String>, Failure> {
    if source.password_stdin {
        return from(&mut io::stdin().lock());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "there is no terminal to ask for a password at. Use --password-stdin: `printf %s \"$PASSWORD\" | portcullis user …`"
                .to_owned(),
        ));
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map(Secret::new);
    let failed = |e: io::Error| Failure::Failed(format!("cannot read the password: {e}"));
    let first = ask("New password: ").map_err(failed)?;
    let second = ask("Again: ").map_err(failed)?;
    if first.expose() != second.expose() {
        return Err(Failure::Failed("the two passwords differ. Nothing was changed".to_owned()));
    }
    Ok(first)
}

/// Everything up to the end, without the line break that most tools add.
fn from(input: &mut dyn Read) -> Result<Secret<String>, Failure> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(3);
    let mut bytes = Vec::new();
    let read = input.take(limit).read_to_end(&mut bytes);
    let bytes = Secret::new(bytes);
    read.map_err(|e| Failure::Failed(format!("cannot read the password: {e}")))?;
    let text = std::str::from_utf8(bytes.expose())
        .map_err(|_| Failure::Failed("the password is not text in UTF-8".to_owned()))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\n') {
        return Err(Failure::Failed(
            "the password has more than one line. Nothing was changed".to_owned(),
        ));
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_from_standard_input_loses_its_line_break_and_nothing_else() {
        for (input, password) in [("a b \n", "a b "), ("ab\r\n", "ab"), ("ab", "ab"), ("\n", "")] {
            assert_eq!(from(&mut input.as_bytes()).unwrap().expose(), password);
        }
        assert!(from(&mut "a\nb\n".as_bytes()).is_err());
        assert!(from(&mut &b"\xff\xfe"[..]).is_err());
    }

    #[test]
    fn a_password_beyond_the_limit_is_not_cut_to_it_a127() {
        let long = "x".repeat(MAX_BYTES + 100);
        assert!(from(&mut long.as_bytes()).unwrap().expose().len() > MAX_BYTES);
    }
}
