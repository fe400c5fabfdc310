//! Where an application is on its way to the hall, and what its resident is told about it: the words on the screen, on
//! paper and on the phone page are the same, because all of them take their locale keys from here or from the state of
//! the case. Pure; must not know screens, documents or the network.

use crate::ledger::{OutboxState, SlipFacts};
use crate::sync::Reachable;
use crate::wording;
use bianmin_locale::Texts;
use bianmin_protocol::catalogue::DayType;

/// Where an application is on its way to the hall. Texts are in the locale under `case-state-` and `case-next-` + the
/// key, as those of [`CaseState`](bianmin_protocol::case::CaseState) are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "kebab-case")]
pub enum Transfer {
    /// It is being sent, as far as is known.
    Sending,
    /// The hall cannot be reached now.
    Waiting,
    /// The hall has it.
    Received,
    /// This terminal was revoked and sends nothing by itself any more.
    Stranded,
    /// The hall will not take it, or it is damaged.
    SetAside,
}

impl Transfer {
    /// From what the ledger and the link say. Right after the start nothing is known of the link: no alarm then.
    #[must_use]
    pub const fn of(state: OutboxState, is_revoked: bool, reachable: Reachable) -> Self {
        match (state, reachable) {
            (OutboxState::Acknowledged, _) => Self::Received,
            (OutboxState::Quarantined, _) => Self::SetAside,
            (OutboxState::Waiting, _) if is_revoked => Self::Stranded,
            (OutboxState::Waiting, Reachable::Online | Reachable::Unknown) => Self::Sending,
            (OutboxState::Waiting, _) => Self::Waiting,
        }
    }

    /// The name in locale keys.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.into()
    }
}

/// What a step of [`next_steps`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The way to the hall.
    Send,
    /// The hall receives it, and the limit begins.
    Receive,
    /// What was promised for later.
    Bring,
    /// The fee and where it is paid.
    Pay,
    /// How the result comes.
    Result,
}

/// One step of what happens after an application was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// What it is about.
    pub kind: StepKind,
    /// Its name.
    pub title: String,
    /// What to know about it.
    pub detail: String,
}

/// What happens after an application was registered, the same on the screen and on paper.
#[must_use]
pub fn next_steps(texts: Texts, facts: &SlipFacts, transfer: Transfer) -> Vec<NextStep> {
    let step = |kind, title: &str, detail: String| NextStep { kind, title: texts.t(title), detail };
    let send = texts.t(&format!("slip-step-send-{}", transfer.key()));
    let days = [("days", facts.promised_days.into())];
    let limit = match (facts.promised_days, facts.promised_day_type) {
        (0, _) => texts.t("slip-step-received-at-once"),
        (_, DayType::Working) => texts.t_args("slip-step-received-working", &days),
        (_, DayType::Calendar) => texts.t_args("slip-step-received-calendar", &days),
    };
    let mut steps = vec![
        step(StepKind::Send, "slip-step-send", send),
        step(StepKind::Receive, "slip-step-received", limit),
    ];
    if !facts.to_bring.is_empty() {
        steps.push(step(StepKind::Bring, "slip-step-bring", texts.t("slip-step-bring-detail")));
    }
    steps.extend(fee(texts, facts).map(|fee| step(StepKind::Pay, "slip-step-pay", fee)));
    let result = wording::text(texts, facts.result());
    let (title, detail) = match facts.posted {
        Some(true) => ("slip-step-result-posted", "slip-step-result-posted-detail"),
        None if facts.by_post => ("slip-step-result", "slip-step-result-post"),
        Some(false) | None => ("slip-step-result", "slip-step-result-detail"),
    };
    steps.push(step(StepKind::Result, title, texts.t_args(detail, &[("result", result.into())])));
    steps
}

/// What is to be paid, and where; none where that is not known, as of what was registered by an older version.
fn fee(texts: Texts, facts: &SlipFacts) -> Option<String> {
    let fees = facts.fees.as_ref()?;
    if fees.is_empty() {
        return Some(texts.t("item-free"));
    }
    let place = if facts.pay_online { "slip-step-pay-online" } else { "slip-step-pay-counter" };
    let place = texts.t_args(place, &[("address", (&facts.address).into())]);
    let fees = fees.iter().map(|fee| {
        let args = [("name", (&fee.name).into()), ("standard", (&fee.standard).into())];
        texts.t_args("slip-step-pay-fee", &args)
    });
    Some(fees.chain([place]).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bianmin_locale::Language;
    use bianmin_protocol::case::CaseState;
    use strum::VariantArray as _;

    #[test]
    fn every_state_has_its_words_in_every_language() {
        let transfers = Transfer::VARIANTS.iter().map(|transfer| transfer.key());
        let states = transfers.chain(CaseState::ALL.map(CaseState::key));
        for (language, state) in
            Language::ALL.into_iter().flat_map(|one| states.clone().map(move |s| (one, s)))
        {
            let texts = Texts::new(language);
            for key in [format!("case-state-{state}"), format!("case-next-{state}")] {
                assert!(texts.has(&key), "{key}");
            }
        }
        for (language, transfer) in Language::ALL
            .into_iter()
            .flat_map(|one| Transfer::VARIANTS.iter().map(move |transfer| (one, transfer)))
        {
            let texts = Texts::new(language);
            for key in ["slip-step-send", "receipt", "receipt-chip"] {
                assert!(texts.has(&format!("{key}-{}", transfer.key())), "{key} {transfer:?}");
            }
        }
    }

    /// Locale keys are made of them.
    #[test]
    fn a_place_on_the_way_keeps_its_name() {
        let names = ["sending", "waiting", "received", "stranded", "set-aside"];
        assert!(Transfer::VARIANTS.iter().map(|transfer| transfer.key()).eq(names));
    }

    #[test]
    fn only_what_waits_is_stranded_and_no_alarm_comes_before_the_first_attempt() {
        use OutboxState::{Acknowledged, Quarantined, Waiting};
        for (state, is_revoked, reachable, wanted) in [
            (Waiting, false, Reachable::Unknown, Transfer::Sending),
            (Waiting, false, Reachable::Offline, Transfer::Waiting),
            (Waiting, true, Reachable::Online, Transfer::Stranded),
            (Acknowledged, true, Reachable::Offline, Transfer::Received),
            (Quarantined, true, Reachable::Online, Transfer::SetAside),
        ] {
            assert_eq!(Transfer::of(state, is_revoked, reachable), wanted);
        }
    }
}
