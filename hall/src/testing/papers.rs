//! Invented materials (示例数据) for applications of tests and of the demonstration: a scan and a document of two pages.

use super::TestTerminal;
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::{SealedAttachment, seal_attachment};
use bianmin_protocol::v1::{Envelope, attachments_path};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::{Cursor, Write as _};

/// A scan: a white sheet with grey lines as of writing.
pub fn scan() -> Vec<u8> {
    let sheet = RgbImage::from_fn(620, 877, |x, y| {
        let is_line = y % 42 < 7 && (60..560 - (y * 37) % 190).contains(&x) && (90..800).contains(&y);
        let is_edge = x < 3 || y < 3 || x > 616 || y > 873;
        Rgb(if is_line {
            [120, 130, 145]
        } else if is_edge {
            [200, 205, 212]
        } else {
            [252, 252, 250]
        })
    });
    let mut file = Cursor::new(Vec::new());
    sheet.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// A PDF of two pages with lines as of writing.
pub fn document() -> Vec<u8> {
    let mut file = b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n\
        2 0 obj <</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>> endobj\n"
        .to_vec();
    for page in [3, 4] {
        let lines: String = (0..20)
            .map(|line| format!("70 {} {} 5 re f ", 720 - line * 26, 430 - (line * page * 53) % 210))
            .collect();
        let content = format!("0.5 0.55 0.6 rg {lines}");
        let object = page + 2;
        let dictionary = "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]";
        writeln!(file, "{page} 0 obj <<{dictionary}/Contents {object} 0 R>> endobj").unwrap();
        writeln!(file, "{object} 0 obj <</Length {}>> stream\n{content}\nendstream endobj", content.len())
            .unwrap();
    }
    file.extend(b"trailer <</Root 1 0 R/Size 7>>\n%%EOF\n");
    file
}

/// An application with files, as a terminal has it.
#[derive(Debug)]
pub struct TestApplication {
    /// The application.
    pub id: ApplicationId,
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// What is handed in first.
    pub envelope: Envelope,
    /// What follows.
    pub files: Vec<SealedAttachment>,
}

impl TestTerminal {
    /// An application for an item with these answers and files; a file takes the place of what was said of its material.
    pub fn application(
        &self,
        item: &ServiceItem,
        mut body: ApplicationBody,
        files: &[(MaterialCode, Vec<u8>)],
    ) -> TestApplication {
        let mut header = self.header(item, Vec::new());
        let id = header.application_id;
        let seal = |(material, file): &(MaterialCode, Vec<u8>)| {
            seal_attachment(id, material, file, &self.enrolled.seal_key).unwrap()
        };
        let files: Vec<SealedAttachment> = files.iter().map(seal).collect();
        header.attachments = files.iter().map(|file| file.entry.clone()).collect();
        for state in &mut body.materials {
            if files.iter().any(|file| file.entry.material == state.code) {
                state.answer = MaterialAnswer::Attached;
            }
        }
        let envelope = self.seal(&header, &body);
        TestApplication { id, registration: header.registration, envelope, files }
    }

    /// Sends an application's files, which its envelope announced.
    pub async fn send_files(&self, application: &TestApplication) {
        for file in &application.files {
            for (index, chunk) in file.chunks.iter().enumerate() {
                let path = format!("{}/{}/{index}", attachments_path(application.id), file.entry.material);
                let answer = self.request("PUT", &path, chunk.clone()).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
        }
    }
}
