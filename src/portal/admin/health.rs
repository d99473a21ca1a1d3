//! How the gateway is, in words.

use crate::metrics::health::Health;
use crate::metrics::health::Working;
use crate::operate::SinkView;
use crate::portal::page::admin::HealthLine;
use crate::portal::turn::Turn;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Every line, those that need somebody marked.
pub(super) fn lines(turn: &Turn, health: &Health, sinks: &[SinkView]) -> Vec<HealthLine> {
    let language = turn.language;
    let fine = |label, text: String| HealthLine { label, name: String::new(), text, bad: false };
    let of = |label, working, good: &'static str, bad: &'static str| {
        let bad_now = working == Working::No;
        let text = turn.say(if bad_now { bad } else { good });
        HealthLine { bad: bad_now, ..fine(language.say(label), text) }
    };
    let mut lines = vec![
        of("health-store", health.store, "health-store-fine", "health-store-bad"),
        of("health-configuration", health.configuration, "health-file-fine", "health-file-bad"),
    ];
    if let Some(expires) = health.next_certificate {
        lines.push(of(
            "health-certificates",
            health.certificates,
            "health-file-fine",
            "health-file-bad",
        ));
        lines.push(fine(language.say("health-certificate"), language.moment(expires)));
    }
    if let Some(made) = health.signing_key {
        lines.push(fine(language.say("health-key"), language.moment(made)));
    }
    if let Some(expires) = health.next_token {
        lines.push(fine(language.say("health-token"), language.moment(expires)));
    }
    for (name, decides, age) in &health.databases {
        let line = of("health-places", *decides, "health-places-fine", "health-places-bad");
        let text = match age {
            Some(age) if *decides == Working::Yes => {
                language.with("health-places-age", "days", age.div_euclid(DAY))
            }
            _ => line.text.clone(),
        };
        lines.push(HealthLine { name: name.clone(), text, ..line });
    }
    lines.extend(sinks.iter().map(|sink| of_sink(turn, sink)));
    let waiting = language.with("health-waiting", "count", health.notices_waiting);
    lines.push(fine(language.say("health-notices"), waiting));
    lines
}

/// How a sink of the audit log gets on. What a receiver says of itself is in the log of the gateway.
fn of_sink(turn: &Turn, sink: &SinkView) -> HealthLine {
    let language = turn.language;
    let since = sink.next.map(|(_, at)| language.moment(at));
    let behind = [("count", sink.behind.into()), ("since", since.as_deref().unwrap_or("").into())];
    let text = match &since {
        None => turn.say("health-sink-fine"),
        Some(_) => language.with_all("health-sink-behind", &behind),
    };
    let text = match &sink.trouble {
        Some(trouble) => {
            let at = language.moment(trouble.at);
            let args = [("when", (&at).into()), ("why", trouble.why.as_str().into())];
            let failed = language.with_all("health-sink-failed", &args);
            format!("{text}; {failed}")
        }
        None => text,
    };
    HealthLine {
        label: language.say("health-sink"),
        name: format!("{} ({})", sink.name, sink.way),
        text,
        bad: sink.late || sink.trouble.is_some(),
    }
}
