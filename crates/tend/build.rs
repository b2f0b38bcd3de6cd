//! Makes sure that the folder of the built desk exists, so that the program builds before the desk was built.

fn main() -> std::io::Result<()> {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/desk/dist");
    std::fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed=../../web/desk/dist");
    Ok(())
}
