//! Small words of a call: ids, days and instants in addresses and bodies, cursors, what somebody typed into the search.

use crate::text_of;
use tend_rules::base::*;
use tend_rules::customer::{Depth, asked, goes_deep, kind_keys, named_in};

/// Ids, days, cursors, searches, mentions.
pub(super) fn wire(bytes: &[u8]) {
    let text = text_of(bytes);
    if let Ok(id) = text.parse::<CustomerId>() {
        assert_eq!(id.to_string(), text, "an id has one form");
        let _ = id.bucket();
    }
    let _ = (text.parse::<TouchId>().is_ok(), text.parse::<ViewId>().is_ok(), text.parse::<UploadId>().is_ok());
    if let Some((day, id)) = text.split_once('.') {
        let _ = (day.parse::<Day>().is_ok(), id.parse::<TouchId>().is_ok());
    }
    if let Ok(day) = text.parse::<Day>() {
        assert_eq!(day.to_string(), text, "a day has one form");
        let _ = TimeZone::shanghai().instant_at(day, u16::MAX);
    }
    let quoted = serde_json::Value::String(text.clone().into_owned());
    if let Ok(instant) = serde_json::from_value::<Instant>(quoted) {
        let _ = (TimeZone::shanghai().day_of(instant), TimeZone::shanghai().minute_of(instant));
    }
    let _ = (TimeZone::named(&text).is_some(), Language::of_locale(&text));
    for depth in [Depth::Shown, Depth::WholePhones, Depth::Hidden] {
        let asked = asked(&text, depth);
        assert!(asked.keys.len() < 20, "a search tries few keys");
        assert!(goes_deep(&text) || asked.hidden_digits().is_none(), "what hides nothing is not counted");
    }
    for kind in ["outside_id", "agreement", "plate", "id_number", "mail", "phone"] {
        let _ = kind_keys(kind, &text);
    }
    let _ = named_in(&text, &["王", "王芳", "Ann Lee", ""]);
}
