//! The two people of the demo: in the gateway, and in the console's own list.

use super::Context;
use super::Failure;
use crate::cli::reach::Reach;
use crate::demo::ConsoleAccount;
use crate::entropy;
use crate::entropy::Entropy;
use crate::operate::Command;
use crate::operate::FirstPassword;
use crate::operate::NewUser;
use crate::secret::Secret;
use crate::subject::Role;
use crate::subject::terms::Terms;

/// Syllables of a password: each is one of 75, so eight of them hold 49 bits.
const SYLLABLES: usize = 8;

/// A person made for the demo.
#[derive(Debug)]
pub(super) struct Sample {
    /// Login name.
    pub(super) login: &'static str,
    name: &'static str,
    /// What the console lets them do.
    pub(super) rank: Rank,
    /// Made anew for every demo.
    pub(super) password: Secret<String>,
}

/// What the console lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// Works with it.
    Operator,
    /// May do everything.
    Administrator,
}

impl Rank {
    /// As the console calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }
}

impl Sample {
    /// Both of them.
    pub(super) fn all(entropy: &dyn Entropy) -> Result<Vec<Self>, Failure> {
        let people = [
            ("alice", "Alice Mercer", Rank::Operator),
            ("bob", "Bob Kellerman", Rank::Administrator),
        ];
        let make = |(login, name, rank)| {
            let password = password(entropy)?;
            Ok(Self { login, name, rank, password })
        };
        people.into_iter().map(make).collect()
    }

    /// For the console's own login form.
    pub(super) fn for_console(&self) -> ConsoleAccount {
        ConsoleAccount {
            login: self.login.to_owned(),
            name: self.name.to_owned(),
            password: self.password.clone(),
            administrator: self.rank == Rank::Administrator,
        }
    }

    fn for_gateway(&self) -> NewUser {
        let (group, role) = match self.rank {
            Rank::Operator => ("operators", Role::User),
            Rank::Administrator => ("administrators", Role::Owner),
        };
        NewUser {
            login: self.login.to_owned(),
            name: Some(self.name.to_owned()),
            email: Some(format!("{}@harbour.example", self.login)),
            groups: vec![group.to_owned()],
            role,
            terms: Terms::default(),
            password: FirstPassword::Set(self.password.clone()),
        }
    }
}

/// Adds them to the gateway, as `user add` does.
pub(super) fn add(samples: &[Sample], context: &Context<'_>) -> Result<(), Failure> {
    let mut reach = Reach::find(context)?;
    let mut add = |sample: &Sample| reach.ask(Command::UserAdd(sample.for_gateway())).map(drop);
    let added = samples.iter().try_for_each(&mut add);
    reach.close()?;
    added
}

/// A password that can be read aloud: `tavo-kelu-mira-pono`.
fn password(entropy: &dyn Entropy) -> Result<Secret<String>, Failure> {
    const CONSONANTS: &[u8; 15] = b"bdfghklmnprstvz";
    const VOWELS: &[u8; 5] = b"aeiou";
    let failed = |_| Failure::Failed("the system's random source failed".to_owned());
    let mut text = String::new();
    for syllable in 0..SYLLABLES {
        if syllable > 0 && syllable % 2 == 0 {
            text.push('-');
        }
        let [a, b] = entropy::bytes::<2>(entropy).map_err(failed)?;
        let consonant = CONSONANTS.get(usize::from(a) % CONSONANTS.len());
        let vowel = VOWELS.get(usize::from(b) % VOWELS.len());
        text.extend(consonant.into_iter().chain(vowel).map(|&byte| char::from(byte)));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use crate::password;

    #[test]
    fn passwords_are_made_anew_and_good_enough_for_the_gateway() {
        let entropy = SystemEntropy::new();
        let people = Sample::all(&entropy).unwrap();
        for person in &people {
            password::check_new(person.password.expose(), person.login).unwrap();
        }
        assert_ne!(people[0].password.expose(), people[1].password.expose());
        let again = Sample::all(&entropy).unwrap();
        assert_ne!(people[0].password.expose(), again[0].password.expose());
    }
}
