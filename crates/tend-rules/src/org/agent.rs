//! What a browser says of itself, in the two words by which a person knows it again.

/// `Chrome, Windows` out of a browser's own description; its first word where nothing is known in it.
pub fn browser_name(agent: &str) -> String {
    let browsers = [("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome")];
    let systems = [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows")];
    let first = |signs: &[(&str, &'static str)]| signs.iter().find(|(sign, _)| agent.contains(sign)).map(|one| one.1);
    let browser = first(&browsers).or_else(|| first(&[("Safari/", "Safari")]));
    let system = first(&systems).or_else(|| first(&[("Mac OS", "macOS"), ("Linux", "Linux")]));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.split(['/', ' ']).next().unwrap_or_default().chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_is_the_same_browser() {
        let of = |version: &str| {
            browser_name(&format!(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{version} Safari/537.36"
            ))
        };
        assert_eq!(of("140.0.0.0"), "Chrome, Windows");
        assert_eq!(of("140.0.0.0"), of("141.0.0.0"));
        assert_eq!(browser_name("curl/8.1"), "curl");
        assert_eq!(browser_name(""), "");
    }
}
