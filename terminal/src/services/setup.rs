//! What a configuration needs of the machine it is on: files that are there, folders that can be written, settings that
//! do something. `config check` and `doctor` say the same, before a terminal is enrolled and after.

use crate::config::{Inspected, PagePrinter, Printer};
use crate::sync::authorities;
use bianmin_document::escpos;
use bianmin_locale::Words;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Adds to what was found in the file what is found on this machine.
pub fn look_around(inspected: &mut Inspected) {
    files(inspected);
    without_effect(inspected);
}

fn files(inspected: &mut Inspected) {
    let config = inspected.value.clone();
    if let Some(file) = &config.hall.ca_file
        && file.is_absolute()
        && let Err(error) = authorities(file)
    {
        let words = if file.exists() {
            Words::new("config-ca-file").with("error", error.to_string())
        } else {
            missing(file)
        };
        inspected.reject("hall.ca_file", words);
    }
    match &config.printer {
        // A printer may be switched off, or its cable out, when the file is written.
        Printer::Serial { path, .. } | Printer::Device { path, .. } if !path.exists() => {
            inspected.remark("printer.path", Words::new("config-no-device"));
        }
        Printer::File { folder, .. } => folder_of("printer.folder", folder, inspected),
        _ => {}
    }
    match &config.page_printer {
        PagePrinter::File { folder } => folder_of("page_printer.folder", folder, inspected),
        PagePrinter::Ipp { password_file: Some(file), .. } => password(file, inspected),
        _ => {}
    }
}

fn password(file: &Path, inspected: &mut Inspected) {
    let key = "page_printer.password_file";
    match std::fs::metadata(file) {
        Err(_) => inspected.reject(key, missing(file)),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            inspected.reject(key, Words::new("config-password-file-open"));
        }
        Ok(_) => {}
    }
}

fn folder_of(key: &'static str, folder: &Path, inspected: &mut Inspected) {
    if folder.exists() && !folder.is_dir() {
        inspected.reject(key, Words::new("config-no-folder"));
    }
}

fn missing(file: &Path) -> Words {
    Words::new("config-file-missing").with("file", file.display().to_string())
}

/// Settings that do nothing together with the others.
fn without_effect(inspected: &mut Inspected) {
    let config = inspected.value.clone();
    let mut idle = |key: &'static str, because: &'static str, is_idle: bool| {
        if is_idle && inspected.sets(key) {
            inspected.remark(key, Words::new(because));
        }
    };
    let no_slips = config.printer == Printer::None;
    let no_pages = config.page_printer == PagePrinter::None;
    idle("supplies.roll_metres", "config-idle-without-printer", no_slips);
    idle("supplies.sheets", "config-idle-without-page-printer", no_pages);
    idle("supplies.warn_jobs", "config-idle-without-printer", no_slips && no_pages);
    let encrypted = config.hall.url.as_ref().is_some_and(|url| url.starts_with("https:"));
    idle("hall.plain_http", "config-idle-with-https", encrypted && config.hall.plain_http);
    let plain = config.hall.url.as_ref().is_some_and(|url| url.starts_with("http:"));
    idle("hall.ca_file", "config-idle-with-http", plain);
    let draws = match &config.printer {
        Printer::None => None,
        Printer::Tcp { profile, .. }
        | Printer::Serial { profile, .. }
        | Printer::Device { profile, .. }
        | Printer::File { profile, .. } => Some(*profile),
    };
    let has_no_characters = draws.is_some_and(|profile| {
        crate::device::receipt_printer::Profile::new(&profile).bytes.characters == escpos::Characters::None
    });
    idle("printer.profile.qr", "config-idle-without-characters", has_no_characters);
}
