//! Lists every `locales/<language>/*.ftl` for `include_str!`, so that adding a
//! file of texts needs no change in code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    // Where the package is now, not where this script was compiled: a target folder may have been copied.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = Path::new(&package).join("../locales");
    println!("cargo::rerun-if-changed=../locales");

    let mut code = String::from("&[\n");
    for language in sorted(&root).iter().filter(|path| path.is_dir()) {
        for file in sorted(language) {
            if file.extension().is_none_or(|extension| extension != "ftl") {
                continue;
            }
            let path = file.canonicalize().expect("a listed file exists");
            writeln!(
                code,
                "    ({:?}, {:?}, include_str!({:?})),",
                name(language),
                name(&file),
                path.display().to_string(),
            )
            .expect("writing to a String cannot fail");
        }
    }
    code.push_str("]\n");

    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("files.rs"), code).expect("OUT_DIR is writable");
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
