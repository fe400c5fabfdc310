//! Pages of PDF, drawn by poppler's programs: each in a process of its own that gets the file on its standard input, may
//! write no file, and is stopped when it takes too much memory or time.

use super::{Unshowable, View};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

/// Before the program itself. Whoever tries to write a file is told that it is too large, instead of being killed:
/// the library that finds fonts would like to keep notes.
const BOUNDS: [&str; 8] = [
    "--ignore-signal=XFSZ",
    "prlimit",
    "--fsize=0",
    "--core=0",
    "--nofile=64",
    "--cpu=8",
    "--as=1073741824",
    "--",
];
/// On the clock; a busy machine may give a process less of its processors.
const DEADLINE: Duration = Duration::from_secs(15);
/// The most bytes of a drawn page.
const DRAWN: u64 = 24 * 1024 * 1024;
/// The most bytes of what is said about a file.
const SAID: u64 = 64 * 1024;
/// More pages are not turned over.
const PAGES: u32 = 2000;

/// How many pages there are.
pub(super) async fn pages(file: &[u8]) -> Result<u32, Unshowable> {
    let output = run("pdfinfo", &["-"], file).await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let pages = text.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
    pages.filter(|pages| (1..=PAGES).contains(pages)).ok_or(Unshowable::Damaged)
}

/// A page as a JPEG of poppler's.
pub(super) async fn draw(file: &[u8], view: View) -> Result<Vec<u8>, Unshowable> {
    let (page, side) = (view.page.to_string(), view.side.to_string());
    let arguments =
        ["-jpeg", "-jpegopt", "quality=92", "-singlefile", "-f", &page, "-l", &page, "-scale-to", &side, "-"];
    let output = run("pdftoppm", &arguments, file).await?;
    if output.stdout.is_empty() { Err(Unshowable::NoSuchPage) } else { Ok(output.stdout) }
}

async fn run(program: &str, arguments: &[&str], file: &[u8]) -> Result<Output, Unshowable> {
    let mut child = Command::new("env")
        .args(BOUNDS)
        .arg(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|_| Unshowable::NoTool)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut input), Some(output), Some(errors)) = pipes else { return Err(Unshowable::NoTool) };
    let feed = async move {
        // A program that has seen enough closes its input.
        let _ = input.write_all(file).await;
        drop(input);
    };
    let said = async move {
        let (mut said, mut errors) = (Vec::new(), errors);
        // Poppler says much about broken files; only the beginning is of use, the rest is drained.
        let _ = (&mut errors).take(SAID).read_to_end(&mut said).await;
        let _ = tokio::io::copy(&mut errors, &mut tokio::io::sink()).await;
        said
    };
    let drawn = async move {
        let mut drawn = Vec::new();
        output.take(DRAWN + 1).read_to_end(&mut drawn).await.map(|_| drawn)
    };
    let done = tokio::time::timeout(DEADLINE, async {
        let ((), drawn, said) = tokio::join!(feed, drawn, said);
        Ok((
            child.wait().await.map_err(|_| Unshowable::Damaged)?,
            drawn.map_err(|_| Unshowable::Damaged)?,
            said,
        ))
    });
    let (status, stdout, stderr) = done.await.map_err(|_| Unshowable::TooLarge)??;
    if stdout.len() as u64 > DRAWN {
        return Err(Unshowable::TooLarge);
    }
    match status.code() {
        Some(0) => Ok(Output { status, stdout, stderr }),
        // `env` and `prlimit` say so when there is no such program.
        Some(126 | 127) => Err(Unshowable::NoTool),
        _ if holds(&stderr, b"password") => Err(Unshowable::Protected),
        _ if holds(&stderr, b"Wrong page range") => Err(Unshowable::NoSuchPage),
        _ if holds(&stderr, b"memory") => Err(Unshowable::TooLarge),
        // By a signal: it ran out of its time or its memory.
        None => Err(Unshowable::TooLarge),
        Some(_) => Err(Unshowable::Damaged),
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
