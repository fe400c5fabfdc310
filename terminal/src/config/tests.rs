//! What a technician is told about a file.

use super::*;
use bianmin_locale::{Language, Texts};

fn inspect(text: &[u8]) -> Vec<(Option<usize>, Option<String>, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiosk.toml");
    std::fs::write(&path, text).unwrap();
    let problems = match Config::inspect(&path) {
        Ok(inspected) => inspected.problems(),
        Err(invalid) => invalid.problems,
    };
    problems.into_iter().map(|problem| (problem.line, problem.key, problem.words.key().to_owned())).collect()
}

#[test]
fn the_shipped_files_are_valid_and_the_commented_one_holds_the_defaults() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kiosk-config");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && path.file_name().is_some_and(|name| name != "hall.toml")
        {
            let config = Config::inspect(&path).unwrap().finish().unwrap();
            seen += 1;
            if path.file_name().is_some_and(|name| name == "kiosk.toml") {
                assert_eq!(config, Config::default());
            }
        }
    }
    assert!(seen >= 4);
}

/// One mistake each: the file, and line, key and words of what is told.
#[test]
fn each_kind_of_mistake_is_told_with_line_key_and_remedy() {
    let cases: &[(&str, usize, &str, &str)] = &[
        // Names.
        ("[session]\nidle_secs = 90\n", 2, "session.idle_secs", "settings-unknown-key-near"),
        ("[session]\nx = 90\n", 2, "session.x", "settings-unknown-key"),
        ("[sesion]\n", 1, "sesion", "settings-unknown-key-near"),
        ("idle_seconds = 90\n", 1, "idle_seconds", "settings-unknown-key"),
        ("[Place]\nname = \"x\"\n", 1, "Place", "settings-unknown-key-near"),
        ("[printer]\nkind = \"tpc\"\n", 2, "printer.kind", "settings-unknown-choice"),
        (
            "[printer]\nkind = \"tcp\"\nadress = \"p:9100\"\n",
            3,
            "printer.adress",
            "settings-unknown-key-near",
        ),
        (
            "[printer]\nkind = \"tcp\"\nbaud = 9600\naddress = \"p:9100\"\n",
            3,
            "printer.baud",
            "settings-unknown-key",
        ),
        ("[printer]\nkind = \"tcp\"\n", 1, "printer", "settings-missing-key"),
        ("[printer]\naddress = \"p:9100\"\n", 1, "printer", "settings-missing-key"),
        // Kinds of values.
        ("[session]\nidle_seconds = \"90\"\n", 2, "session.idle_seconds", "settings-expected-count"),
        ("[session]\nidle_seconds = -1\n", 2, "session.idle_seconds", "settings-expected-count"),
        ("[session]\nidle_seconds = 9.5\n", 2, "session.idle_seconds", "settings-expected-count"),
        ("[session]\nidle_seconds = 99999999999\n", 2, "session.idle_seconds", "settings-expected-count"),
        ("[screen]\ninches = \"32\"\n", 2, "screen.inches", "settings-expected-number"),
        ("[screen]\nlow = \"yes\"\n", 2, "screen.low", "settings-expected-boolean"),
        ("[place]\nname = 5\n", 2, "place.name", "settings-expected-text"),
        ("[hall]\nca_file = true\n", 2, "hall.ca_file", "settings-expected-text"),
        ("place = \"x\"\n", 1, "place", "settings-expected-section"),
        ("[printer]\nkind = \"tcp\"\naddress = 9100\n", 3, "printer.address", "settings-expected-text"),
        (
            "[printer]\nkind = \"serial\"\npath = \"/dev/ttyS0\"\nbaud = \"fast\"\n",
            4,
            "printer.baud",
            "settings-expected-count",
        ),
        // Ranges.
        ("[session]\nwarning_seconds = 5\n", 2, "session.warning_seconds", "config-warning-seconds"),
        ("[session]\nwarning_seconds = 5000\n", 2, "session.warning_seconds", "config-range"),
        ("[session]\nidle_seconds = 5\n", 2, "session.idle_seconds", "config-range"),
        ("[session]\nreceipt_seconds = 5000\n", 2, "session.receipt_seconds", "config-range"),
        ("[screen]\ninches = 3\n", 2, "screen.inches", "config-range"),
        ("[screen]\ninches = nan\n", 2, "screen.inches", "config-range"),
        ("[screen]\nwidth = 0\n", 2, "screen.width", "config-range"),
        ("[screen]\nheight = 20000\n", 2, "screen.height", "config-range"),
        ("[screen]\ninches = 15.6\nwidth = 1280\nheight = 720\n", 2, "screen.inches", "config-panel-small"),
        ("[screen]\nwidth = 1080\nheight = 1080\n", 2, "screen.width", "config-panel-shape"),
        ("[screen]\nwidth = 800\nheight = 600\n", 2, "screen.width", "config-panel-coarse"),
        ("[supplies]\nroll_metres = 0\n", 2, "supplies.roll_metres", "config-range"),
        ("[supplies]\nsheets = 0\n", 2, "supplies.sheets", "config-range"),
        ("[ledger]\nreserve_kb = 99999999\n", 2, "ledger.reserve_kb", "config-range"),
        ("[ledger]\nkeep_sealed_days = 9999\n", 2, "ledger.keep_sealed_days", "config-range"),
        ("[place]\nname = \" \"\n", 2, "place.name", "config-place-name"),
        ("[place]\ncounter = \"a\\u0007b\"\n", 2, "place.counter", "config-control-character"),
        ("[place]\ntime_zone = \"Mars\"\n", 2, "place.time_zone", "config-time-zone"),
        // Addresses and paths.
        (
            "[printer]\nkind = \"tcp\"\naddress = \"192.168.1.50\"\n",
            3,
            "printer.address",
            "config-address-port",
        ),
        (
            "[printer]\nkind = \"tcp\"\naddress = \"tcp://p:9100\"\n",
            3,
            "printer.address",
            "config-address-scheme",
        ),
        ("[printer]\nkind = \"device\"\npath = \"lp0\"\n", 3, "printer.path", "config-absolute-path"),
        (
            "[printer]\nkind = \"serial\"\npath = \"/dev/ttyS0\"\nbaud = 1\n",
            4,
            "printer.baud",
            "config-range",
        ),
        ("[printer]\nkind = \"file\"\nfolder = \"slips\"\n", 3, "printer.folder", "config-absolute-path"),
        (
            "[printer]\nkind = \"tcp\"\naddress = \"p:1\"\nprofile = \"epson-90\"\n",
            4,
            "printer.profile",
            "settings-unknown-choice",
        ),
        (
            "[printer]\nkind = \"tcp\"\naddress = \"p:1\"\nprofile = { base = \"epson-80\", dpi = 300 }\n",
            4,
            "printer.profile.dpi",
            "settings-dpi",
        ),
        (
            "[printer]\nkind = \"tcp\"\naddress = \"p:1\"\nprofile = { base = \"epson-80\", cuter = true }\n",
            4,
            "printer.profile.cuter",
            "settings-unknown-key-near",
        ),
        (
            "[printer]\nkind = \"tcp\"\naddress = \"p:1\"\nprofile = { band_rows = 0 }\n",
            4,
            "printer.profile.band_rows",
            "config-range",
        ),
        ("[hall]\nurl = \"hall.example\"\n", 2, "hall.url", "config-hall-url"),
        ("[hall]\nurl = \"http://hall.example\"\n", 2, "hall.url", "config-hall-url-plain"),
        ("[hall]\nca_file = \"ca.pem\"\n", 2, "hall.ca_file", "config-absolute-path"),
        (
            "[page_printer]\nkind = \"ipp\"\nuri = \"lpd://p\"\n",
            3,
            "page_printer.uri",
            "config-page-printer-uri",
        ),
        (
            "[page_printer]\nkind = \"ipp\"\nuri = \"ipp://me:secret@p/ipp\"\n",
            3,
            "page_printer.uri",
            "config-page-printer-password-in-uri",
        ),
        (
            "[page_printer]\nkind = \"ipp\"\nuri = \"ipp://localhost/p\"\nuser = \"kiosk\"\n",
            4,
            "page_printer.user",
            "config-page-printer-login",
        ),
        (
            "[page_printer]\nkind = \"ipp\"\nuri = \"ipps://p/ipp\"\ncertificate_sha256 = \"0123\"\n",
            4,
            "page_printer.certificate_sha256",
            "settings-fingerprint",
        ),
    ];
    for (text, line, key, words) in cases {
        let report = inspect(text.as_bytes());
        assert_eq!(report, [(Some(*line), Some((*key).to_owned()), (*words).to_owned())], "{text}");
    }
}

#[test]
fn what_is_no_toml_is_told_by_line_and_in_words() {
    let cases: &[(&[u8], Option<usize>, &str)] = &[
        (b"[place]\nname = \"\xca\xbe\xc0\xfd\"\n", Some(2), "settings-not-utf8"),
        (b"\xff\xfe[\0p\0", None, "settings-utf16"),
        (b"[place]\nname = \"x\0\"\n", None, "settings-not-text"),
        ("[place]\nname = “示例”\n".as_bytes(), Some(2), "settings-full-width"),
        ("[place]\nname ＝ \"x\"\n".as_bytes(), Some(2), "settings-full-width"),
        (b"[place]\nname = \"x\n", Some(2), "settings-open-quote"),
        (b"[place]\nname =\n", Some(2), "settings-no-value"),
        (b"[place]\nname\n", Some(2), "settings-no-equals"),
        (b"[place]\nname = hall\n", Some(2), "settings-bare-text"),
        (b"[session]\nidle_seconds = 90s\n", Some(2), "settings-bare-text"),
        (b"[place]\nname = \"C:\\dir\"\n", Some(2), "settings-backslash"),
        (b"[place]\nname = \"a\"\nname = \"b\"\n", Some(3), "settings-twice"),
        (b"[place]\n[place]\n", Some(2), "settings-twice"),
    ];
    for (text, line, words) in cases {
        let report = inspect(text);
        let shown = String::from_utf8_lossy(text);
        assert_eq!(report, [(*line, None, (*words).to_owned())], "{shown}");
    }
    let long = vec![b'#'; 300 * 1024];
    assert_eq!(inspect(&long)[0].2, "settings-too-long");
}

#[test]
fn a_mark_at_the_beginning_and_windows_line_ends_are_no_mistake() {
    assert_eq!(inspect("\u{feff}[place]\r\nname = \"示例\"\r\n".as_bytes()), []);
}

#[test]
fn all_mistakes_are_told_at_once_and_by_line() {
    let text = "[place]\nname = 5\n[sesion]\n[session]\nwarning_seconds = 5\nidle_secs = 3\n[printer]\nkind = \"serial\"\nbaud = \"fast\"\n[hall]\nurl = \"hall\"\n";
    let report = inspect(text.as_bytes());
    let lines: Vec<Option<usize>> = report.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7, 9, 11].map(Some), "{report:?}");
}

#[test]
fn a_terminal_opens_whatever_the_network_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiosk.toml");
    for text in [
        "[hall]\nurl = \"hall.example\"\n",
        "[hall]\nca_file = \"/nowhere/gone.pem\"\n",
        "[printer]\nkind = \"tcp\"\naddress = \"192.168.1.50\"\n",
    ] {
        std::fs::write(&path, text).unwrap();
        assert!(Config::load(&path).is_ok(), "{text}");
    }
    std::fs::write(&path, "[session]\nwarning_seconds = 5\n").unwrap();
    let report = Config::load(&path).unwrap_err();
    let said = report.say(&Texts::new(Language::En));
    assert!(said.contains("kiosk.toml") && said.contains("line 2") && said.contains("20 seconds"), "{said}");
}

#[test]
fn a_panel_that_is_refused_keeps_no_terminal_from_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiosk.toml");
    std::fs::write(&path, "[screen]\ninches = 15.6\nwidth = 1366\nheight = 768\n").unwrap();
    assert!(Config::inspect(&path).unwrap().finish().is_err());
    assert_eq!(Config::load(&path).unwrap().screen.width, 1366);
}
