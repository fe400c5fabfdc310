//! The installation as `kiosk-config/README.md` has it, step by step, in a root of its own: this machine's programs
//! with folders that nobody has touched. What the steps leave is then used: a hall and a terminal that apply.

use crate::programs::{eventually, program};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A root that is this machine's until something is written in it. It is gone with its drop.
struct Root {
    folder: tempfile::TempDir,
}

impl Root {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Self { folder };
        // What is written is kept in memory: an overlay cannot lie on another one.
        run(Command::new("mount").args(["-t", "tmpfs", "bianmin-test"]).arg(root.folder.path()));
        for name in ["upper", "work", "root"] {
            std::fs::create_dir(root.folder.path().join(name)).unwrap();
        }
        let [upper, work] = ["upper", "work"].map(|name| root.folder.path().join(name));
        let options = format!("lowerdir=/,upperdir={},workdir={}", upper.display(), work.display());
        run(Command::new("mount").args(["-t", "overlay", "overlay", "-o", &options]).arg(root.path("")));
        for system in ["proc", "dev"] {
            run(Command::new("mount").args(["--rbind", &format!("/{system}")]).arg(root.path(system)));
            run(Command::new("mount").arg("--make-rslave").arg(root.path(system)));
        }
        root
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join("root").join(inside.trim_start_matches('/'))
    }

    /// A shell in it, that ends with the first command that fails.
    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("chroot");
        command.arg(self.path("")).args(["/bin/bash", "-euo", "pipefail", "-c", script]);
        // As for somebody who has just signed in as root.
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LANG", "C.UTF-8")
            .current_dir("/");
        command
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        for inside in ["dev", "proc", ""] {
            let _ = Command::new("umount").args(["-R", "-l"]).arg(self.path(inside)).output();
        }
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).output();
    }
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}: {said}{errors}", output.status);
    said
}

/// The steps under a heading: each block of shell in order.
fn steps(heading: &str) -> Vec<String> {
    let text = include_str!("../../kiosk-config/README.md");
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    // No systemd runs in this root: what it would start, the test starts.
    blocks.map(|block| block.replace("systemctl enable --now", "systemctl enable")).collect()
}

/// The program that a unit starts, as its user.
fn start(root: &Root, unit: &str) -> Child {
    let unit = std::fs::read_to_string(root.path(&format!("/usr/lib/systemd/system/{unit}"))).unwrap();
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
    let script = format!(
        "exec setpriv --reuid={user} --regid={user} --init-groups -- {command}",
        user = value("User="),
        command = value("ExecStart=")
    );
    root.shell(&script).stdout(Stdio::piped()).spawn().unwrap()
}

fn installed() -> (Root, &'static str) {
    let root = Root::new();
    let bin = program("bianmin-hall").parent().unwrap().to_owned();
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/package.sh");
    run(Command::new(package).arg(bin).arg(root.path("/opt/bianmin")));
    // Debian has it in a package of its own; nothing here opens a screen.
    std::fs::write(root.path("/usr/bin/cage"), "#!/bin/sh\n").unwrap();
    run(&mut root.shell("chmod 755 /usr/bin/cage"));
    (root, "/opt/bianmin")
}

#[test]
fn what_the_steps_leave_is_a_hall_and_a_terminal_that_apply() {
    let (root, package) = installed();
    let [files, service] = steps("The hall").try_into().unwrap();
    run(&mut root.shell(&format!("cd {package}\n{files}")));
    // What the text has the technician say there, for a machine without a certificate.
    let settings = root.path("/etc/bianmin/hall.toml");
    let said = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, said.replace("listen = \"127.0.0.1:8080\"", "listen = \"127.0.0.1:0\""))
        .unwrap();
    let invited = run(&mut root.shell(&format!("cd {package}\n{service}")));
    let invited: serde_json::Value = serde_json::from_str(invited.lines().last().unwrap()).unwrap();
    assert!(root.path("/etc/systemd/system/multi-user.target.wants/bianmin-hall.service").is_symlink());

    let mut hall = start(&root, "bianmin-hall.service");
    let mut line = String::new();
    BufReader::new(hall.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();

    let [files, service] = steps("A terminal").try_into().unwrap();
    let files = files
        .replace("https://hall.example", ready["listening"].as_str().unwrap())
        .replace("--code CODE", &format!("--code {}", invited["code"].as_str().unwrap()));
    run(&mut root.shell(&format!("cd {package}\n{files}")));
    run(&mut root.shell(&service));
    assert!(root.path("/etc/systemd/system/multi-user.target.wants/bianmin-kiosk.service").is_symlink());

    let kiosk = "runuser -u bianmin -- bianmin-kiosk";
    let apply = format!(
        "cd /; echo 246810 | {kiosk} pin set; item=$({kiosk} --json search 身份证 | sed 's/.*\"item\":\"\\([^\"]*\\)\".*/\\1/')
         {kiosk} example \"$item\" > /tmp/answers.json; {kiosk} apply \"$item\" --answers /tmp/answers.json
         {kiosk} --json sync --once"
    );
    let said = run(&mut root.shell(&apply));
    let report: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&report["acknowledged"], &report["waiting"]), (&1.into(), &0.into()), "{said}");
    // Nobody else can look into either's data.
    let modes = run(&mut root.shell("stat -c '%a %U' /var/lib/bianmin /var/lib/bianmin-hall"));
    assert_eq!(modes, "700 bianmin\n700 bianmin-hall\n");
    run(Command::new("kill").arg(hall.id().to_string()));
    assert!(hall.wait().unwrap().success());
}

#[test]
fn systemd_understands_the_units_and_they_are_closed_to_what_the_programs_do_not_need() {
    let (root, package) = installed();
    for name in ["bin/bianmin-hall", "bin/bianmin-kiosk"] {
        run(&mut root.shell(&format!("install -m 755 {package}/{name} /usr/bin/")));
    }
    run(&mut root.shell(&format!("install -m 644 {package}/kiosk-config/systemd/* /usr/lib/systemd/system/")));
    let verify =
        root.shell("systemd-analyze verify bianmin-hall.service bianmin-kiosk.service").output().unwrap();
    let said = String::from_utf8_lossy(&verify.stderr);
    let about_ours: Vec<&str> = said.lines().filter(|line| line.contains("bianmin")).collect();
    assert!(verify.status.success() && about_ours.is_empty(), "{said}");
    // Out of 100; without any setting of its kind a unit has 96.
    run(&mut root.shell("systemd-analyze security --offline=yes --threshold=25 bianmin-hall.service"));
    run(&mut root.shell("systemd-analyze security --offline=yes --threshold=80 bianmin-kiosk.service"));
}

#[test]
fn systemd_is_told_when_a_hall_serves_lives_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let address = folder.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&address).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let mut hall = Command::new(program("bianmin-hall"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("hall"))
        .env("NOTIFY_SOCKET", &address)
        .env("WATCHDOG_USEC", "300000")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let heard = || {
        let mut text = [0; 256];
        let length = socket.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..length]).trim().to_owned()
    };
    assert_eq!(heard(), "READY=1");
    for _ in 0..3 {
        assert_eq!(heard(), "WATCHDOG=1");
    }
    run(Command::new("kill").arg(hall.id().to_string()));
    eventually("the hall says that it stops", || (heard() == "STOPPING=1").then_some(()));
    assert!(hall.wait().unwrap().success());
}
