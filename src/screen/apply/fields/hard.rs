//! Keys of a keyboard or scanner that is plugged in, under the same rules as the on-screen keyboard.
//!
//! A scanner types into whatever field is active. What it typed is known by its check digit; then it goes where it
//! belongs and the active field is as it was. No clock decides, and it is the same whether the scanner ends with Enter,
//! Tab or nothing.

use bianmin_protocol::form::{FieldDefinition, FieldKind, ScannedCode, check_value, is_doubtful, normalise};
use bianmin_protocol::ids::FieldCode;
use bianmin_terminal::input::scan::Run;
use zeroize::Zeroize as _;

use super::{Action, Fields};
use crate::context::Context;
use crate::screen::HardKey;
use crate::screen::apply::Secret;
use crate::screen::apply::draft::Draft;
use crate::screen::apply::entry;
use crate::typing::{HardCharacter, Typist};
use crate::widget::KeyPress;

/// What was typed since the last key or touch of another kind.
#[derive(Debug, Default)]
pub(super) struct Scan {
    run: Run,
    /// What the active field held before.
    before: Option<(FieldCode, Secret<String>)>,
    /// Whether the rest of the run is nothing for a form.
    is_link: bool,
}

impl Scan {
    pub(super) fn end(&mut self) {
        self.run.clear();
        self.is_link = false;
        if let Some((_, Secret(mut text))) = self.before.take() {
            text.zeroize();
        }
    }
}

impl Fields {
    pub(super) fn hard_key(&mut self, key: HardKey, draft: &mut Draft, ctx: &Context) -> Action {
        let waits = self.typist.as_ref().is_some_and(Typist::is_waiting);
        let was_link = self.scan.is_link;
        if !matches!(key, HardKey::Text(_)) {
            self.scan.end();
        }
        match key {
            HardKey::Text(Secret(text)) => {
                for character in text.chars() {
                    self.hard_character(character, draft, ctx);
                }
            }
            HardKey::Backspace => self.press(&KeyPress::Backspace, draft),
            HardKey::Escape => {
                if let Some(typist) = &mut self.typist {
                    typist.clear();
                }
            }
            // The end of what was nothing for a form.
            HardKey::Enter | HardKey::Tab if was_link => {}
            // As on other machines, the first choice; the field is left by another Enter.
            HardKey::Enter if waits => self.press(&KeyPress::Space, draft),
            HardKey::Enter => return self.next(draft, ctx),
            HardKey::Tab if waits => self.unchosen = true,
            HardKey::Tab => self.tab(draft, ctx),
        }
        Action::Stay
    }

    fn hard_character(&mut self, typed: char, draft: &mut Draft, ctx: &Context) {
        let Some(code) = self.active.clone() else { return };
        if self.scan.is_link {
            return;
        }
        if self.scan.run.is_empty() {
            self.scan.before = Some((code.clone(), Secret(draft.text(&code).to_owned())));
        }
        self.scan.run.push(typed);
        let Some(definition) = draft.definition(&code).cloned() else { return };
        if entry::is_chosen(definition.kind) {
            // On a keypad an option is chosen by its number.
            let option = typed.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1));
            let options = entry::options(ctx, &definition);
            if let Some((value, _)) = option.and_then(|option| options.into_iter().nth(option)) {
                draft.edit(&code, value.len(), |text| *text = value);
                self.left.insert(code);
            }
        } else {
            if self.typist.is_none() {
                self.focus(&code, draft, ctx);
            }
            self.write(typed, &definition, draft);
        }
        self.place_scan(draft, ctx);
    }

    fn write(&mut self, typed: char, definition: &FieldDefinition, draft: &mut Draft) {
        let meaning =
            self.typist.as_ref().map_or(HardCharacter::Itself, |typist| typist.hard_character(typed));
        match meaning {
            HardCharacter::Key(key) => return self.press(&key, draft),
            HardCharacter::Unchosen => {
                self.unchosen = true;
                return;
            }
            HardCharacter::Itself => {}
        }
        let code = &definition.code;
        let limit = definition.typed_limit(draft.text(code));
        draft.edit(code, limit, |text| {
            if text.chars().count() < limit {
                let character = definition.kind.accept(typed, text);
                text.extend(character);
            }
        });
        let text = draft.text(code);
        if definition.whole_length(text) == Some(text.chars().count()) {
            self.left.insert(code.clone());
        }
    }

    /// Puts a code that has just become whole where it belongs.
    fn place_scan(&mut self, draft: &mut Draft, ctx: &Context) {
        if self.scan.run.is_link() {
            self.put_back(draft);
            self.scan.is_link = true;
            return;
        }
        let Some((target, value)) = self.scanned(draft) else { return };
        if self.active.as_ref() != Some(&target) {
            self.put_back(draft);
        }
        draft.edit(&target, value.len(), |text| {
            text.clear();
            text.push_str(&value);
        });
        self.left.insert(target.clone());
        self.focus(&target, draft, ctx);
        self.scan.end();
    }

    /// The active field as it was before the scanner typed into it.
    fn put_back(&mut self, draft: &mut Draft) {
        if let Some(typist) = &mut self.typist {
            typist.clear();
        }
        self.unchosen = false;
        if let Some((code, Secret(before))) = self.scan.before.take() {
            draft.edit(&code, before.len(), |text| *text = before);
        }
    }

    /// The field that what was typed belongs to, and its value; none while it is no code, or one that the active field
    /// may hold.
    fn scanned(&self, draft: &Draft) -> Option<(FieldCode, String)> {
        let active = self.active.as_ref().and_then(|code| draft.definition(code))?;
        let run = &self.scan.run;
        for kind in FieldKind::ALL {
            let mut fields: Vec<&FieldDefinition> = draft
                .asked(&self.fields)
                .filter_map(|field| draft.definition(&field.code))
                .filter(|definition| definition.kind == kind)
                .collect();
            // The active one before an empty one before any.
            fields.sort_by_key(|one| (one.code != active.code, !draft.text(&one.code).is_empty()));
            let Some(target) = fields.first().filter(|target| self.may_take(target, active)) else {
                continue;
            };
            for length in kind.spec().code_lengths {
                let is_whole = run.as_str().chars().count() == *length;
                let Some(end) = run.end(*length).filter(|_| is_whole || kind.spec().is_code_in_text) else {
                    continue;
                };
                let value = normalise(kind, end);
                let fits =
                    value.chars().count() == *length && check_value(target, &value, draft.today).is_ok();
                if fits && !is_doubtful(target, &value, draft.today) {
                    return Some((target.code.clone(), value));
                }
            }
        }
        None
    }

    /// Whether a code may go from the active field to `target`.
    fn may_take(&self, target: &FieldDefinition, active: &FieldDefinition) -> bool {
        let began_empty = self.scan.before.as_ref().is_some_and(|(_, Secret(text))| text.is_empty());
        let is_code = !active.kind.spec().code_lengths.is_empty();
        match active.kind.spec().scanned_code {
            _ if target.code == active.code => true,
            ScannedCode::Stays => false,
            ScannedCode::MovesIfEmpty => began_empty,
            ScannedCode::Moves => !is_code || target.kind != active.kind,
        }
    }

    fn tab(&mut self, draft: &mut Draft, ctx: &Context) {
        self.leave(draft);
        let asked: Vec<FieldCode> = draft.asked(&self.fields).map(|field| field.code.clone()).collect();
        let at = asked.iter().position(|code| Some(code) == self.active.as_ref());
        let next = at.map_or(0, |at| (at + 1) % asked.len().max(1));
        if let Some(code) = asked.get(next) {
            self.focus(&code.clone(), draft, ctx);
        }
    }
}
