//! What the program is made of: a bill of materials (CycloneDX 1.5) from Cargo's and npm's lock files, and the check of
//! licences, bans and sources that `deny.toml` names. cargo-deny reads the same file and more (`make deny`); this check
//! needs nothing installed.

mod licence;

use crate::program::{cargo, root, text_of};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const MACHINE: &str = "x86_64-unknown-linux-gnu";
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks, and writes the bill of materials where one is wanted.
pub fn run(to: Option<&Path>) -> Result<()> {
    let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", MACHINE];
    let metadata: Value = serde_json::from_str(&text_of(cargo().args(arguments))?)?;
    let parts = shipped(&metadata)?;
    let findings = check(&parts)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings: see deny.toml", findings.len());
    }
    let desk = desk_parts()?;
    if let Some(to) = to {
        std::fs::write(to, serde_json::to_string_pretty(&bill(&parts, &desk))?)
            .with_context(|| format!("writing {}", to.display()))?;
        println!("{} crates and {} packages of the desk in {}", parts.len(), desk.len(), to.display());
    } else {
        println!("{} crates and {} packages of the desk are within deny.toml", parts.len(), desk.len());
    }
    Ok(())
}

/// A crate or package in the program.
struct Part {
    /// By which the others name it.
    reference: String,
    name: String,
    version: String,
    licence: String,
    source: Option<String>,
    hash: Option<(&'static str, String)>,
    uses: Vec<String>,
}

/// Every crate that the program links, from its own down.
fn shipped(metadata: &Value) -> Result<Vec<Part>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|p| (text(&p["id"]), p)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let of_program = packages.iter().find(|(_, p)| p["name"] == "tend").map(|(id, _)| id.clone());
    let mut waiting = vec![of_program.context("the crate tend")?];
    let sums = checksums()?;
    let (mut seen, mut parts) = (BTreeSet::new(), Vec::new());
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let linked = |dep: &Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let uses: Vec<String> =
            list(&nodes[&id]["deps"]).iter().filter(|dep| linked(dep)).map(|dep| text(&dep["pkg"])).collect();
        waiting.extend(uses.iter().cloned());
        let package = &packages[&id];
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let named =
            |id: &String| format!("pkg:cargo/{}@{}", text(&packages[id]["name"]), text(&packages[id]["version"]));
        parts.push(Part {
            reference: named(&id),
            hash: sums.get(&(name.clone(), version.clone())).map(|sum| ("SHA-256", sum.clone())),
            licence: text(&package["license"]),
            source: package["source"].as_str().map(str::to_owned),
            uses: uses.iter().map(named).collect(),
            name,
            version,
        });
    }
    parts.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(parts)
}

/// The checksums of Cargo.lock.
fn checksums() -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock"))?.parse()?;
    let packages = lock["package"].as_array().context("packages of Cargo.lock")?;
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Ok(packages.iter().filter_map(|p| Some(((text(p, "name")?, text(p, "version")?), text(p, "checksum")?))).collect())
}

/// What breaks a rule of deny.toml.
fn check(parts: &[Part]) -> Result<Vec<String>> {
    let rules: toml::Table = std::fs::read_to_string(root().join("deny.toml"))?.parse()?;
    let texts = |list: Option<&toml::Value>, key: &str| -> BTreeSet<String> {
        let list = list.and_then(|v| v.as_array()).cloned().unwrap_or_default();
        let text = |v: &toml::Value| v.get(key).unwrap_or(v).as_str().map(str::to_owned);
        list.iter().filter_map(text).collect()
    };
    let allowed = texts(rules["licenses"].get("allow"), "");
    let banned = texts(rules["bans"].get("deny"), "crate");
    let mut findings = Vec::new();
    for part in parts {
        if banned.contains(&part.name) {
            findings.push(format!("{} {} is banned", part.name, part.version));
        }
        if !licence::permits(&part.licence, &|id| allowed.contains(id)) {
            findings.push(format!("{} {}: the licence {:?} is not allowed", part.name, part.version, part.licence));
        }
        if part.source.as_deref().is_some_and(|source| source != CRATES) {
            findings.push(format!("{} {} does not come from crates.io", part.name, part.version));
        }
    }
    Ok(findings)
}

/// The packages whose code is in the built desk.
fn desk_parts() -> Result<Vec<Part>> {
    let lock: Value = serde_json::from_str(&std::fs::read_to_string(root().join("web/desk/package-lock.json"))?)?;
    let mut parts = Vec::new();
    for (path, package) in lock["packages"].as_object().into_iter().flatten() {
        let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
        if package["dev"] == true || package["optional"] == true || package["devOptional"] == true {
            continue;
        }
        let version = package["version"].as_str().unwrap_or_default().to_owned();
        parts.push(Part {
            reference: format!("pkg:npm/{}@{version}", name.replace('@', "%40")),
            name: name.to_owned(),
            licence: package["license"].as_str().unwrap_or_default().to_owned(),
            source: None,
            hash: package["integrity"].as_str().and_then(|text| Some(("SHA-512", hex(text.strip_prefix("sha512-")?)?))),
            uses: Vec::new(),
            version,
        });
    }
    parts.sort_by(|a, b| a.reference.cmp(&b.reference));
    parts.dedup_by(|a, b| a.reference == b.reference);
    Ok(parts)
}

/// Hexadecimal digits from base 64.
fn hex(text: &str) -> Option<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, String::new());
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    Some(out)
}

fn bill(parts: &[Part], desk: &[Part]) -> Value {
    let component = |part: &Part| {
        let hashes: Vec<Value> = part.hash.iter().map(|(kind, sum)| json!({ "alg": kind, "content": sum })).collect();
        let mut shape = json!({
            "type": "library", "bom-ref": part.reference, "purl": part.reference, "name": part.name,
            "version": part.version, "licenses": [{ "expression": part.licence.replace('/', " OR ") }],
        });
        if !hashes.is_empty() {
            shape["hashes"] = json!(hashes);
        }
        shape
    };
    let program = parts.iter().find(|part| part.name == "tend");
    let others = parts.iter().filter(|part| part.name != "tend");
    let mut dependencies: Vec<Value> =
        parts.iter().map(|part| json!({ "ref": part.reference, "dependsOn": part.uses })).collect();
    if let Some(own) = dependencies.iter_mut().find(|one| program.is_some_and(|p| one["ref"] == p.reference.as_str())) {
        let uses = own["dependsOn"].as_array_mut();
        uses.into_iter().for_each(|uses| uses.extend(desk.iter().map(|part| json!(part.reference))));
    }
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": program.map(|part| json!({
            "type": "application", "bom-ref": part.reference, "name": part.name, "version": part.version,
            "licenses": [{ "expression": part.licence }],
        })) },
        "components": others.chain(desk).map(component).collect::<Vec<_>>(),
        "dependencies": dependencies,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_becomes_hexadecimal() {
        assert_eq!(hex("AAECAwQ=").as_deref(), Some("0001020304"));
        assert_eq!(hex("/+8=").as_deref(), Some("ffef"));
        assert_eq!(hex("!"), None);
    }

    #[test]
    fn a_banned_crate_and_a_forbidden_licence_are_found() {
        let part = |name: &str, licence: &str, source: &str| Part {
            reference: name.into(),
            name: name.into(),
            version: "1.0.0".into(),
            licence: licence.into(),
            source: Some(source.into()),
            hash: None,
            uses: Vec::new(),
        };
        let findings = |one: Part| check(&[one]).expect("rules").len();
        assert_eq!(findings(part("serde", "MIT OR Apache-2.0", CRATES)), 0);
        assert_eq!(findings(part("openssl", "MIT", CRATES)), 1);
        assert_eq!(findings(part("tool", "GPL-3.0-only", CRATES)), 1);
        assert_eq!(findings(part("tool", "", CRATES)), 1);
        assert_eq!(findings(part("tool", "MIT", "git+https://example.org")), 1);
    }
}
