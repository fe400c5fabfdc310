//! A conversation with a printer over an open line: bytes out, answers in, and how it is. Must not know jobs.

use super::super::link::{Gone, Line};
use super::answers::{self, Answer, Listed, Names, Reader};
use crate::device::printer::Status;
use bianmin_document::escpos::{KeyCode, graphics};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Real-time status requests (`DLE EOT n`): printer, off-line cause, error cause, paper sensor.
const DLE_EOT: [[u8; 3]; 4] = [[0x10, 0x04, 1], [0x10, 0x04, 2], [0x10, 0x04, 3], [0x10, 0x04, 4]];
/// `DLE DC4 8`: forget everything that is not printed yet, and say so.
const CLEAR: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];
/// `ESC @`: no modes of an earlier job.
const INITIALIZE: [u8; 2] = [0x1b, b'@'];
/// ACK: a block of a list has come.
const CONFIRM: [u8; 1] = [0x06];
/// `GS r 1`: the paper sensor, answered when its turn comes.
pub(super) const ORDINARY: [u8; 3] = [0x1d, b'r', 1];
/// Bytes before the data of any command; `GS v 0` has eight.
const LONGEST_HEADER: usize = 16;
/// Answers kept until somebody asks for them; a printer that sends more says nothing worth hearing.
const KEPT: usize = 64;

/// What a step of a conversation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The printer said this.
    Heard(Answer),
    /// It took some bytes.
    Sent,
    /// Neither until the deadline.
    Quiet,
}

#[derive(Debug)]
pub(super) struct Talk {
    line: Line,
    reader: Reader,
    heard: VecDeque<Answer>,
    /// How long an answer may take.
    timeout: Duration,
}

impl Talk {
    pub(super) fn new(line: Line, timeout: Duration) -> Self {
        Self { line, reader: Reader::default(), heard: VecDeque::new(), timeout }
    }

    /// Goes on until something happens or it is `deadline`: hears what the printer says before it sends more.
    pub(super) fn step(&mut self, out: &mut &[u8], deadline: Instant) -> Result<Step, Gone> {
        loop {
            if let Some(answer) = self.heard.pop_front() {
                return Ok(Step::Heard(answer));
            }
            if self.listen()? {
                continue;
            }
            if !out.is_empty() {
                let sent = self.line.write(out)?;
                *out = &out[sent..];
                if sent > 0 {
                    return Ok(Step::Sent);
                }
            }
            if Instant::now() >= deadline {
                return Ok(Step::Quiet);
            }
            self.line.wait(!out.is_empty(), deadline)?;
        }
    }

    /// Reads what there is; whether that was anything.
    fn listen(&mut self) -> Result<bool, Gone> {
        let mut buffer = [0; 256];
        let count = self.line.read(&mut buffer)?;
        for &byte in &buffer[..count] {
            if let Some(answer) = self.reader.push(byte)
                && self.heard.len() < KEPT
            {
                self.heard.push_back(answer);
            }
        }
        Ok(count > 0)
    }

    /// Sends `request` and waits for an answer of which `wanted` makes something. Other answers are kept in their
    /// order for who waits for them; nothing when none came in time.
    pub(super) fn ask<T>(
        &mut self,
        request: &[u8],
        timeout: Duration,
        wanted: impl Fn(Answer) -> Option<T>,
    ) -> Result<Option<T>, Gone> {
        let deadline = Instant::now() + timeout;
        let (mut out, mut others) = (request, Vec::new());
        let found = loop {
            match self.step(&mut out, deadline)? {
                Step::Heard(answer) => match wanted(answer) {
                    Some(found) => break Some(found),
                    None => others.push(answer),
                },
                Step::Sent => {}
                Step::Quiet => break None,
            }
            // A printer that never stops talking has not answered either.
            if others.len() >= KEPT || Instant::now() >= deadline {
                break None;
            }
        };
        for answer in others.into_iter().rev() {
            self.heard.push_front(answer);
        }
        Ok(found)
    }

    /// Asks the printer how it is. Not while a command has been sent by half: this would become its other half.
    pub(super) fn status(&mut self) -> Result<Status, Gone> {
        while self.listen()? {}
        // What came before is no answer to this.
        self.heard.retain(|answer| !matches!(answer, Answer::RealTime(_)));
        let mut bits = [0; 4];
        for (request, answer) in DLE_EOT.iter().zip(&mut bits) {
            let real_time = |answer| match answer {
                Answer::RealTime(bits) => Some(bits),
                _ => None,
            };
            match self.ask(request, self.timeout, real_time)? {
                Some(bits) => *answer = bits,
                None => return Ok(Status::Unknown),
            }
        }
        Ok(answers::real_time(bits))
    }

    /// Ends a command that was sent by half. What is asked next would become a part of it otherwise: dots on the
    /// paper, or a length for which the printer would swallow megabytes. Zeros are lengths of nothing, white dots in a
    /// picture, and nothing between commands.
    pub(super) fn end_command(&mut self, longest: usize) -> Result<(), Gone> {
        let deadline = Instant::now() + self.timeout;
        let zeros = vec![0; longest + LONGEST_HEADER];
        let mut out = zeros.as_slice();
        while !out.is_empty() && Instant::now() < deadline {
            // What is said meanwhile answers nothing that was asked here.
            self.step(&mut out, deadline)?;
        }
        Ok(())
    }

    /// Lets the printer forget what it has not printed yet; whether it confirmed that. Nothing else may be sent
    /// until it has (Epson's note on this command).
    pub(super) fn clear(&mut self) -> Result<bool, Gone> {
        let cleared = |answer| (answer == Answer::Cleared).then_some(());
        Ok(self.ask(&CLEAR, self.timeout, cleared)?.is_some())
    }

    /// Lets the printer print what it still holds; whether it said in its turn that all of it has come out.
    pub(super) fn flush(&mut self, longest_command: usize, timeout: Duration) -> Result<bool, Gone> {
        // On a slow line not all of these may have gone out before.
        let mut request = vec![0; longest_command];
        request.extend_from_slice(&INITIALIZE);
        request.extend_from_slice(&ORDINARY);
        let ordinary = |answer| matches!(answer, Answer::Ordinary(_)).then_some(());
        Ok(self.ask(&request, timeout, ordinary)?.is_some())
    }

    /// The names of the pictures in the printer's memory, within `timeout` or as soon as an answer comes; none if it does
    /// not say.
    pub(super) fn key_codes(&mut self, timeout: Option<Duration>) -> Result<Option<Vec<KeyCode>>, Gone> {
        let deadline = Instant::now() + timeout.unwrap_or(self.timeout);
        let mut names = Names::default();
        let mut out = graphics::LIST.to_vec();
        loop {
            let mut buffer = [0; 256];
            let count = self.line.read(&mut buffer)?;
            for &byte in &buffer[..count] {
                match names.push(byte) {
                    Listed::Other => {
                        if let Some(answer) = self.reader.push(byte)
                            && self.heard.len() < KEPT
                        {
                            self.heard.push_back(answer);
                        }
                    }
                    Listed::GoesOn => {}
                    Listed::Block => out.extend_from_slice(&CONFIRM),
                    Listed::Whole => {
                        self.send(&CONFIRM, self.timeout)?;
                        return Ok(Some(names.names.into_iter().filter_map(KeyCode::report).collect()));
                    }
                }
            }
            let sent = if out.is_empty() { 0 } else { self.line.write(&out)? };
            out.drain(..sent);
            if Instant::now() >= deadline {
                return Ok(None);
            }
            if count == 0 && sent == 0 {
                self.line.wait(!out.is_empty(), deadline)?;
            }
        }
    }

    /// Sends all of `bytes` if the printer takes them in time; else it counts as gone.
    pub(super) fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), Gone> {
        let deadline = Instant::now() + timeout;
        let mut out = bytes;
        while !out.is_empty() {
            let sent = self.line.write(out)?;
            out = &out[sent..];
            if sent == 0 {
                if Instant::now() >= deadline {
                    return Err(Gone);
                }
                self.line.wait(true, deadline)?;
            }
        }
        Ok(())
    }

    /// Hears what the printer says for so long; it is kept.
    pub(super) fn rest(&mut self, time: Duration) -> Result<(), Gone> {
        self.ask(&[], time, |_| None::<()>).map(|_| ())
    }
}
