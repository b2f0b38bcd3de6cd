//! Who is named in a note: `@` and the longest name that follows it.

/// The places in `names` of those whom `text` names, each once, in the order of the text. After an `@` (also the wide
/// `＠`) the longest name wins, so that 王芳 is not taken for 王; case does not count.
pub fn named_in(text: &str, names: &[&str]) -> Vec<usize> {
    let mut named = Vec::new();
    for rest in text.split(['@', '＠']).skip(1) {
        let rest = rest.to_lowercase();
        let begins = |name: &str| !name.is_empty() && rest.starts_with(&name.to_lowercase());
        let longest = names.iter().enumerate().filter(|(_, name)| begins(name)).max_by_key(|(_, name)| name.len());
        if let Some((place, _)) = longest
            && !named.iter().any(|known: &usize| names[*known] == names[place])
        {
            named.push(place);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        const NAMES: [&str; 4] = ["王", "王芳", "赵强", "Ann Lee"];
        let named: Vec<&str> = named_in(text, &NAMES).into_iter().map(|place| NAMES[place]).collect();
        assert_eq!(named, expect, "{text}");
    }

    #[test]
    fn the_longest_name_after_an_at_is_meant() {
        check("请 @王芳 明天回电", &["王芳"]);
        check("请＠赵强和@王芳一起看", &["赵强", "王芳"]);
        check("@王芳 @王芳", &["王芳"]);
        check("@王先生", &["王"]);
        check("ask @ann lee, please", &["Ann Lee"]);
    }

    #[test]
    fn an_address_or_a_stranger_names_nobody() {
        check("邮箱 someone@example.com", &[]);
        check("@李四 看一下", &[]);
        check("王芳说过", &[]);
        check("@", &[]);
    }
}
