//! Requests on their way to the hall, and answers on their way back.

use super::super::hall::Said;
use super::super::line::{LineAnswer, Request};
use super::super::network::{self, Back, Fate};
use super::super::trace::{Kind, STEPS};
use super::{Day, Happening, MILLI, SECOND, Sender};
use bianmin_hall::fleet::HEARTBEATS;
use bianmin_protocol::v1::{self, Acknowledgement, ApplicationOutcome, SubmissionOutcome};
use bianmin_terminal::sync::Broken;

impl Day {
    pub(super) fn send(&mut self, terminal: usize, id: u64, request: Request) {
        STEPS.count(Kind::Sent);
        let node = &mut self.terminals[terminal];
        let from = Sender { terminal, life: node.life, request: id };
        let fate = network::fate(node.weather, &mut node.chance);
        self.note(format!(
            "terminal {terminal} sends {} {}: {fate:?}",
            request.method(),
            without_ids(request.uri().path())
        ));
        match fate {
            Fate::Arrives { after, copies, back } => {
                if copies > 1 {
                    STEPS.count(Kind::Repeated);
                }
                self.after(after, Happening::Arrive { request, copies, from: Some(from), back });
            }
            Fate::Replayed { after, again, back } => {
                STEPS.count(Kind::Repeated);
                let copy = request.clone();
                self.after(after, Happening::Arrive { request, copies: 1, from: Some(from), back });
                let copy = Happening::Arrive { request: copy, copies: 1, from: None, back: Back::Lost };
                self.after(after + again, copy);
            }
            Fate::Lost => STEPS.count(Kind::Lost),
            Fate::Breaks { after, sent } => {
                STEPS.count(Kind::Lost);
                self.after(after, Happening::Answer { to: from, answer: Err(Broken { sent }) });
            }
            Fate::Elsewhere { status, after, text } => {
                let answer = network::elsewhere(status, text);
                self.after(after, Happening::Answer { to: from, answer });
            }
        }
    }

    pub(super) fn arrive(
        &mut self,
        request: Request,
        copies: usize,
        from: Option<Sender>,
        back: Back,
    ) -> Result<(), String> {
        let is_submission = request.uri().path() == v1::APPLICATIONS;
        let cut = std::mem::take(&mut self.cut_hall).then(|| self.hall.image());
        let Some(mut said) = self.hall.call(vec![request; copies]) else {
            STEPS.count(Kind::Lost);
            if let Some(to) = from {
                self.after(MILLI, Happening::Answer { to, answer: Err(Broken { sent: false }) });
            }
            return Ok(());
        };
        self.plan_heartbeats();
        if let Some(before) = cut {
            self.note("the hall's power goes while it records this");
            self.hall.cut(&before, &mut self.chance);
            self.hall_ended();
            self.after(20 * SECOND, Happening::StartHall);
            if let Some(to) = from {
                self.after(MILLI, Happening::Answer { to, answer: Err(Broken { sent: true }) });
            }
            return Ok(());
        }
        for one in &said {
            STEPS.count(Kind::Answered);
            if is_submission {
                self.mind(one)?;
            }
        }
        let Some(to) = from else { return Ok(()) };
        let pause = match back {
            Back::Comes(after) | Back::Breaks(after) => after,
            Back::CutAfter(_) | Back::Withholds(_) => 10 * MILLI,
            Back::Lost => {
                STEPS.count(Kind::Lost);
                return Ok(());
            }
        };
        let answer = network::carried(said.swap_remove(0), back, self.hall.key());
        self.after(pause, Happening::Answer { to, answer });
        Ok(())
    }

    /// As its timer would.
    fn plan_heartbeats(&mut self) {
        let life = self.hall.life();
        if self.heartbeats != Some(life) {
            self.heartbeats = Some(life);
            self.after(HEARTBEATS.as_micros() as u64, Happening::Heartbeats { life });
        }
    }

    /// What the hall says of an application it says for good, for as long as it lives the same life.
    fn mind(&mut self, said: &Said) -> Result<(), String> {
        let Ok(answer) = serde_json::from_slice::<SubmissionOutcome>(said.body()) else {
            self.note(format!("the hall refused the request: {}", said.status()));
            return Ok(());
        };
        for outcome in answer.outcomes {
            match outcome {
                ApplicationOutcome::Acknowledged { acknowledgement } => {
                    let acknowledgement: Acknowledgement =
                        serde_json::from_slice(&acknowledgement.acknowledgement.0).unwrap();
                    self.note(format!(
                        "the hall acknowledges {} as {}",
                        acknowledgement.registration, acknowledgement.case_number
                    ));
                    let key = (acknowledgement.epoch, acknowledgement.application_id);
                    let first = self.acknowledged.entry(key).or_insert_with(|| {
                        self.arrivals.push(acknowledgement.application_id);
                        acknowledgement.clone()
                    });
                    if *first != acknowledgement {
                        return Err(format!("two answers to {}", acknowledgement.registration));
                    }
                }
                ApplicationOutcome::Refused { reason } => {
                    return Err(format!("the hall refused: {}", reason.key()));
                }
                ApplicationOutcome::Later {} => self.note("the hall says: later"),
            }
        }
        Ok(())
    }

    pub(super) fn deliver(&mut self, to: Sender, answer: LineAnswer) -> Result<(), String> {
        let node = &mut self.terminals[to.terminal];
        if node.life != to.life {
            return Ok(());
        }
        STEPS.count(Kind::Delivered);
        let cut = std::mem::take(&mut node.cut_in_answer).then(|| node.image());
        node.line.answer(to.request, answer);
        let Some(before) = cut else {
            self.go_on(to.terminal);
            return Ok(());
        };
        node.poll();
        node.cut(&before, &mut self.chance);
        self.note(format!("the power goes while terminal {} takes note of an answer", to.terminal));
        self.ended(to.terminal, 20 * SECOND);
        Ok(())
    }
}

/// A path without the ids in it, which are other ones each time.
fn without_ids(path: &str) -> &str {
    path.match_indices('/').nth(2).map_or(path, |(at, _)| &path[..at])
}
