//! The layers of the crate: a module uses only modules of the layers below it.
//!
//! Paths are read from the source text, so paths in tests and behind features count too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The top-level modules by layer, the lowest layer first. Modules of one layer never use each other.
const LAYERS: [&[&str]; 9] = [
    &["cpu", "error", "memory", "testing"],
    &["helpers", "stop"],
    &["exact", "parallel", "random"],
    &["text"],
    &["matching"],
    &["scoring"],
    &["classification", "pairwise", "perplexity", "resampling", "text_metrics"],
    &["python"],
    &["tests"],
];

/// The layer of a top-level module.
fn layer(module: &str) -> Result<usize, String> {
    let found = LAYERS.iter().position(|modules| modules.contains(&module));
    found.ok_or_else(|| format!("`{module}` has no layer: list it in src/tests/layers.rs"))
}

/// Why `module` must not use `used`, both top-level modules.
fn check(module: &str, used: &str) -> Result<(), String> {
    match (layer(module)?, layer(used)?) {
        (above, below) if module == used || above > below => Ok(()),
        (one, other) if one == other => Err(format!("`{module}` uses its sibling `{used}`")),
        _ => Err(format!("`{module}` uses `{used}`, which is above it")),
    }
}

/// The top-level modules that a source file uses, and paths that this test cannot read.
fn used(file: &Path, source: &str) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for line in source.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("`{}`: name one module after `crate::`", line.trim()));
            }
            found.insert(rest[..end].to_owned());
        }
        // A chain of `super` must stay within the top-level module. In a module inside the file it may be one longer.
        let depth = file.components().count() - usize::from(file.ends_with("mod.rs"));
        let longest = depth - usize::from(!line.starts_with(' '));
        if code.contains(&"super::".repeat(longest + 1)) {
            return Err(format!("`{}`: begin the path with `crate::`", line.trim()));
        }
    }
    Ok(found)
}

/// The source files of a folder and of all folders in it, relative to `root`.
fn sources(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        if root.join(&path).is_dir() {
            sources(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The top-level module of a source file.
fn module_of(file: &Path) -> String {
    let first = Path::new(file.components().next().unwrap().as_os_str());
    first.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn modules_use_only_lower_layers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, Path::new(""), &mut files);
    let (mut modules, mut errors) = (BTreeSet::new(), Vec::new());
    // `lib.rs` declares all modules, and this file holds paths as examples.
    for file in files.iter().filter(|file| !["lib.rs", "tests/layers.rs"].iter().any(|other| *file == Path::new(other)))
    {
        let user = module_of(file);
        match used(file, &std::fs::read_to_string(root.join(file)).unwrap()) {
            Ok(names) => errors.extend(names.iter().filter_map(|used| check(&user, used).err())),
            Err(error) => errors.push(format!("{}: {error}", file.display())),
        }
        modules.insert(user);
    }
    let listed = LAYERS.iter().copied().flatten().map(|&name| name.to_owned()).collect();
    errors
        .extend(modules.symmetric_difference(&listed).map(|name| format!("`{name}` is not listed, or does not exist")));
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn broken_layers_are_found() {
    assert!(check("scoring", "text").is_ok());
    assert!(check("text", "text").is_ok());
    assert!(check("text", "scoring").unwrap_err().contains("above"));
    assert!(check("pairwise", "text_metrics").unwrap_err().contains("sibling"));
    assert!(check("report", "text").unwrap_err().contains("no layer"));
    assert!(check("text", "Error").unwrap_err().contains("no layer"));
    let names = |source| used(Path::new("text/tokenize/zh.rs"), source);
    let found = names("use super::super::decode;\nlet x = crate::exact::f(crate::cpu::y); // crate::python\n").unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["cpu", "exact"]);
    assert!(names("use crate::{exact, cpu};").is_err());
    assert!(names("use super::super::super::exact::take;").is_err());
    assert!(names("    use super::super::super::decode;").is_ok());
    assert!(used(Path::new("parallel.rs"), "use super::exact::take;").is_err());
    assert!(used(Path::new("text/mod.rs"), "use super::exact::take;").is_err());
}
