//! The package of a workbook: parts in a ZIP archive, each unpacked as a stream and never beyond what it may become.

use super::xml::Xml;
use crate::catalogue::domain::limits::Budget;
use crate::catalogue::domain::problem::Wrong;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use zip::ZipArchive;
use zip::read::ZipFile;

pub(super) struct Package {
    archive: ZipArchive<BufReader<File>>,
    /// Parts by their names in lower case: writers do not agree on it.
    names: HashMap<String, usize>,
}

impl Package {
    pub(super) fn open(file: File, budget: &Budget) -> Result<Self, Wrong> {
        let damaged = || Wrong::DamagedWorkbook("ZIP".to_owned());
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|_| damaged())?;
        if archive.len() > budget.limits.parts || archive.has_duplicate_names() {
            return Err(damaged());
        }
        let names: HashMap<String, usize> = (0..archive.len())
            .filter_map(|index| Some((folded(&archive.name_for_index(index)?.ok()?), index)))
            .collect();
        match names.len() == archive.len() {
            true => Ok(Self { archive, names }),
            false => Err(damaged()),
        }
    }

    /// A part as XML; none if there is no such part. What it becomes is taken from the budget.
    pub(super) fn part<'a>(&'a mut self, name: &str, budget: &mut Budget) -> Result<Option<Xml<'a>>, Wrong> {
        let Some(index) = self.names.get(&folded(name)) else { return Ok(None) };
        let damaged = |_| Wrong::DamagedWorkbook(name.to_owned());
        let file = self.archive.by_index(*index).map_err(damaged)?;
        let most = budget.part(file.compressed_size(), file.size())?;
        let said = file.size();
        budget.unpacked(said);
        // What it said is what it may become: more is a lie.
        Ok(Some(Xml::new(name, Bounded { file, left: said.min(most) }, budget.limits)))
    }
}

fn folded(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A part while it is unpacked.
pub(super) struct Bounded<'a> {
    file: ZipFile<'a, BufReader<File>>,
    left: u64,
}

/// A part became larger than it may.
#[derive(Debug, thiserror::Error)]
#[error("larger than it may become")]
pub(super) struct Exceeded;

impl Read for Bounded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(Exceeded)),
        }
        Ok(read)
    }
}
