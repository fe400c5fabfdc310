//! The ports: one for jobs, one for control lines.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::control::Control;
use super::machine::{ANSWER_TIMEOUT, Machine};
use super::real_time::Scanner;
use super::state::Host;

/// Control connections at once; more are refused.
const CONTROLLERS: usize = 8;
/// Longest control line.
const LINE: u64 = 256;
const WAKE_TIMEOUT: Duration = Duration::from_millis(200);
/// A pause after the system could not take a connection, so that a lack of handles is not a busy loop.
const REFUSED_PAUSE: Duration = Duration::from_millis(20);

/// Takes jobs, one connection after the other, until the machine stops.
pub(super) fn jobs(listener: &TcpListener, machine: &Machine) {
    for stream in listener.incoming() {
        if machine.lock().stopping {
            return;
        }
        match stream {
            Ok(stream) => job(stream, machine),
            Err(_) => std::thread::sleep(REFUSED_PAUSE),
        }
    }
}

fn job(mut stream: TcpStream, machine: &Machine) {
    // Answers are single bytes; they must not wait for more.
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_write_timeout(Some(ANSWER_TIMEOUT)))
        .and_then(|()| stream.try_clone());
    let Ok(writer) = prepared else { return };
    let connection = machine.connect(Host::Tcp(writer));
    let mut scanner = Scanner::default();
    let mut taken: u64 = 0;
    let mut buffer = [0; 4096];
    loop {
        if until_break(machine, taken) == 0 {
            machine.change(|state| match state.power_at.take() {
                Some(at) if at <= taken => state.lose_power(),
                power_at => (state.power_at, state.disconnect_at) = (power_at, None),
            });
            break;
        }
        // The limit may be set while this waits for bytes, so it is looked at again below.
        let read = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let read = usize::try_from(until_break(machine, taken)).map_or(read, |left| left.min(read));
        taken += read as u64;
        if machine.receive(connection, &buffer[..read], |byte| scanner.push(byte)).is_break() {
            break;
        }
    }
    machine.disconnect(connection);
}

/// Bytes until the connection is to break; a connection that has taken more already is not meant.
fn until_break(machine: &Machine, taken: u64) -> u64 {
    let state = machine.lock();
    let left = |limit: Option<u64>| limit.and_then(|limit| limit.checked_sub(taken));
    left(state.disconnect_at).into_iter().chain(left(state.power_at)).min().unwrap_or(u64::MAX)
}

/// Takes control lines until the machine stops.
pub(super) fn control(listener: &TcpListener, machine: &Arc<Machine>) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if machine.lock().stopping {
            return;
        }
        let Ok(stream) = stream else {
            std::thread::sleep(REFUSED_PAUSE);
            continue;
        };
        if busy.fetch_add(1, Ordering::SeqCst) >= CONTROLLERS {
            busy.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (control, busy) = (Control::new(Arc::clone(machine)), Arc::clone(&busy));
        std::thread::spawn(move || {
            // An error means that the other side has gone.
            let _ = lines(BufReader::new(&stream), &stream, &control);
            busy.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Answers each control line with one line of JSON.
pub(super) fn lines(
    mut input: impl BufRead,
    mut output: impl Write,
    control: &Control,
) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let mut answer = match control.command(&text) {
            Ok(status) => serde_json::to_vec(&status)?,
            Err(error) => serde_json::to_vec(&serde_json::json!({ "error": error.to_string() }))?,
        };
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
    }
}

/// Lets a thread that waits for a connection look up.
pub(super) fn wake(mut addr: SocketAddr) {
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    // If this fails the thread was not waiting.
    let _ = TcpStream::connect_timeout(&addr, WAKE_TIMEOUT);
}
