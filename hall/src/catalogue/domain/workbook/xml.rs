//! XML of a workbook's parts, element by element. No document types, no entities of the file's own.

use super::package::{Bounded, Exceeded};
use crate::catalogue::domain::limits::Limits;
use crate::catalogue::domain::problem::Wrong;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::io::BufReader;

/// A part that is being read.
pub(super) struct Xml<'a> {
    name: String,
    reader: Reader<BufReader<Bounded<'a>>>,
    buffer: Vec<u8>,
    limits: Limits,
    /// Elements that have not ended.
    depth: usize,
}

/// What comes next. An empty element begins and ends.
#[derive(Debug)]
pub(super) enum Node {
    Start(Element),
    /// The local name of an element that ends.
    End(String),
    Text(String),
    Eof,
}

/// An element's name and attributes without their prefixes.
#[derive(Debug)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An attribute that is true as XML says it.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self.attribute(name), Some("1" | "true" | "on"))
    }
}

impl<'a> Xml<'a> {
    pub(super) fn new(name: &str, part: Bounded<'a>, limits: Limits) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(part));
        reader.config_mut().expand_empty_elements = true;
        Self { name: name.to_owned(), reader, buffer: Vec::new(), limits, depth: 0 }
    }

    /// The part is not as it must be.
    pub(super) fn damaged(&self) -> Wrong {
        Wrong::DamagedWorkbook(self.name.clone())
    }

    pub(super) fn next(&mut self) -> Result<Node, Wrong> {
        loop {
            self.buffer.clear();
            let (name, limits) = (&self.name, self.limits);
            let damaged = || Wrong::DamagedWorkbook(name.clone());
            let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match &error {
                quick_xml::Error::Io(io) if io.get_ref().is_some_and(|inner| inner.is::<Exceeded>()) => {
                    Wrong::Unpacked(limits.unpacked_bytes >> 20)
                }
                _ => damaged(),
            })?;
            return Ok(match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    Node::Start(element(&start).ok_or_else(damaged)?)
                }
                Event::End(end) => {
                    self.depth = self.depth.checked_sub(1).ok_or_else(damaged)?;
                    Node::End(end.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Node::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Node::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    Node::Text(resolved(&reference).ok_or_else(damaged)?.to_string())
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof if self.depth == 0 => Node::Eof,
                Event::DocType(_) | Event::Eof => return Err(damaged()),
            });
        }
    }

    /// Passes over everything up to the end of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), Wrong> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Node::Start(_) => depth += 1,
                Node::End(_) => depth -= 1,
                Node::Text(_) => {}
                Node::Eof => return Err(self.damaged()),
            }
        }
        Ok(())
    }

    /// The text of the element that has just begun, up to its end.
    pub(super) fn text(&mut self) -> Result<String, Wrong> {
        let mut all = String::new();
        loop {
            match self.next()? {
                Node::Text(text) => all.push_str(&text),
                Node::Start(_) => self.skip()?,
                Node::End(_) => return Ok(all),
                Node::Eof => return Err(self.damaged()),
            }
        }
    }

    /// The text of a string item that has just begun: its runs without the readings of characters.
    pub(super) fn string(&mut self) -> Result<String, Wrong> {
        let mut all = String::new();
        loop {
            match self.next()? {
                Node::Start(element) if element.name == "t" => all.push_str(&self.text()?),
                Node::Start(element) if element.name == "r" => all.push_str(&self.string()?),
                Node::Start(_) => self.skip()?,
                Node::Text(_) => {}
                Node::End(_) => return Ok(unescaped(&all)),
                Node::Eof => return Err(self.damaged()),
            }
        }
    }
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Some(Element { name: start.local_name().as_ref().to_owned(), attributes })
}

fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character),
        Ok(None) => match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => None,
        },
        Err(_) => None,
    }
}

/// `_x000D_` stands for a character that XML does not have.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let character = code
            .filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        let (kept, after) = match character {
            Some(character) => {
                out.push_str(&rest[..at]);
                out.push(character);
                ("", at + 7)
            }
            None => (&rest[..at + 2], at + 2),
        };
        out.push_str(kept);
        rest = &rest[after..];
    }
    out.push_str(rest);
    // A spreadsheet breaks lines with one character, whatever wrote the file.
    out.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_does_not_have_are_read() {
        assert_eq!(unescaped("a_x000D__x000A_b_x005F_x0041_ _x12 _x"), "a\nb_x0041_ _x12 _x");
    }
}
