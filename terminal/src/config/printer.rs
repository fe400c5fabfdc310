//! `[printer]`: how the receipt printer is reached and what it is like.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::path::PathBuf;

/// How the receipt printer is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Printer {
    /// There is none: receipts are shown and sent to the phone only.
    #[default]
    None,
    /// ESC/POS over TCP, usually port 9100.
    Tcp {
        /// `host:port`.
        address: String,
        /// What it is like.
        #[serde(default)]
        profile: Profile,
    },
    /// ESC/POS on a serial port such as `/dev/ttyS0` or `/dev/ttyUSB0`: eight bits, no parity.
    Serial {
        /// The device file.
        path: PathBuf,
        /// Bits a second, as its switches are set.
        #[serde(default = "usual_baud")]
        baud: u32,
        /// What it is like.
        #[serde(default)]
        profile: Profile,
    },
    /// ESC/POS on a device file such as `/dev/usb/lp0`.
    Device {
        /// The device file.
        path: PathBuf,
        /// What it is like.
        #[serde(default)]
        profile: Profile,
    },
    /// Bytes and pictures into a folder, for demonstrations.
    File {
        /// The folder.
        folder: PathBuf,
        /// What it is like.
        #[serde(default)]
        profile: Profile,
    },
}

const fn usual_baud() -> u32 {
    115_200
}

/// What a printer is like: a kind of printer by name, and in what this one differs from it; what is not said is as
/// with the kind. In the file it is a name, or a table if there are differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields, default)]
pub struct Profile {
    /// The kind.
    pub base: Base,
    /// Answers `GS ( H` once everything before it has been printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_ids: Option<bool>,
    /// Tells changes by itself after `GS a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_status: Option<bool>,
    /// Forgets what it has not printed yet on `DLE DC4 8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clears_buffer: Option<bool>,
    /// Keeps pictures in a memory of its own (`GS ( L`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nv_logo: Option<bool>,
    /// How fine its head is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpi: Option<Dpi>,
    /// The characters in its memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters: Option<Characters>,
    /// Draws QR codes itself; only used beside characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<bool>,
    /// Cuts slips off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutter: Option<bool>,
    /// Rows of dots that it takes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_rows: Option<u16>,
    /// Knows `GS P`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motion_unit: Option<bool>,
}

/// Kinds of printers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Base {
    /// Any 80 mm printer: 576 dots, a cutter; everything is sent as dots.
    #[default]
    #[serde(rename = "generic-80")]
    Generic80,
    /// Any 58 mm printer: 384 dots, torn by hand; everything is sent as dots.
    #[serde(rename = "generic-58")]
    Generic58,
    /// An 80 mm printer with Chinese characters (GB 18030) and QR codes of its own.
    #[serde(rename = "chinese-80")]
    Chinese80,
    /// The same on 58 mm, torn by hand.
    #[serde(rename = "chinese-58")]
    Chinese58,
    /// An 80 mm printer with the whole of Epson's language, such as the TM-T82; with `dpi = 180` such as the TM-T88.
    #[serde(rename = "epson-80")]
    Epson80,
}

/// The characters in a printer's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Characters {
    /// None of use: everything is sent as dots.
    None,
    /// The 6,763 commonest Chinese ones.
    Gb2312,
    /// All usual Chinese ones.
    Gb18030,
}

/// Dots to the inch of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub enum Dpi {
    /// Eight dots a millimetre.
    Dpi203,
    /// 512 dots on an 80 mm roll, 360 on one of 58 mm.
    Dpi180,
}

impl From<Dpi> for u16 {
    fn from(dpi: Dpi) -> Self {
        match dpi {
            Dpi::Dpi203 => 203,
            Dpi::Dpi180 => 180,
        }
    }
}

impl TryFrom<u16> for Dpi {
    type Error = &'static str;

    fn try_from(dpi: u16) -> Result<Self, Self::Error> {
        match dpi {
            203 => Ok(Self::Dpi203),
            180 => Ok(Self::Dpi180),
            // The key of its words.
            _ => Err("settings-dpi"),
        }
    }
}

/// Paper width of a receipt printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 58 mm.
    Mm58,
    /// 80 mm.
    #[default]
    Mm80,
}

impl Profile {
    /// This kind, without differences.
    pub fn of(base: Base) -> Self {
        Self { base, ..Self::default() }
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::of(self.base) {
            self.base.serialize(serializer)
        } else {
            Self::serialize(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrTable;

        impl<'de> Visitor<'de> for NameOrTable {
            type Value = Profile;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a kind of printer, or a table with `base` and what differs from it")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Profile, E> {
                Base::deserialize(name.into_deserializer()).map(Profile::of)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Profile, A::Error> {
                Profile::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(NameOrTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Printer, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_profile_is_a_name_or_a_table_and_a_slip_of_the_pen_is_named() {
        let tcp = |profile| Ok(Printer::Tcp { address: "p:9100".into(), profile });
        let file = "kind = \"tcp\"\naddress = \"p:9100\"\n";
        assert_eq!(read(file), tcp(Profile::of(Base::Generic80)));
        assert_eq!(read(&format!("{file}profile = \"epson-80\"")), tcp(Profile::of(Base::Epson80)));
        let differing = Profile { cutter: Some(false), ..Profile::of(Base::Chinese80) };
        let table = format!("{file}profile = {{ base = \"chinese-80\", cutter = false }}");
        assert_eq!(read(&table), tcp(differing));
        let written = toml::to_string(&read(&table).unwrap()).unwrap();
        assert_eq!(read(&written), tcp(differing), "{written}");
        let wrong = read(&format!("{file}profile = \"epson-90\"")).unwrap_err();
        assert!(wrong.contains("epson-90") && wrong.contains("epson-80"), "{wrong}");
        let coarse = Profile { dpi: Some(Dpi::Dpi180), nv_logo: Some(false), ..Profile::of(Base::Epson80) };
        let table = format!("{file}profile = {{ base = \"epson-80\", dpi = 180, nv_logo = false }}");
        assert_eq!(read(&table), tcp(coarse));
        assert_eq!(read(&toml::to_string(&read(&table).unwrap()).unwrap()), tcp(coarse));
        let wrong = read(&format!("{file}profile = {{ base = \"epson-80\", dpi = 300 }}")).unwrap_err();
        assert!(wrong.contains("settings-dpi"), "{wrong}");
        let wrong = read(&format!("{file}profile = {{ base = \"epson-80\", cuter = true }}")).unwrap_err();
        assert!(wrong.contains("cuter"), "{wrong}");
    }
}
