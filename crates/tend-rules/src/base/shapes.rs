//! How the words of this room look in the OpenAPI document.

use super::*;
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

macro_rules! texts {
    ($($name:ident: $format:expr, $description:expr;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let format: Option<SchemaFormat> = $format;
                ObjectBuilder::new().schema_type(Type::String).format(format).description(Some($description)).into()
            }
        }
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

macro_rules! ids {
    ($($name:ident),*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let form = format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", $name::PREFIX);
                let words = concat!("An id of the form ", stringify!($name), ": prefix, underscore, 26 characters.");
                ObjectBuilder::new().schema_type(Type::String).pattern(Some(form)).description(Some(words)).into()
            }
        }
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

ids!(
    CustomerId,
    HouseholdId,
    ContactPointId,
    AgreementId,
    BillId,
    PaymentId,
    OrderId,
    RelationId,
    LabelId,
    UnitId,
    StaffId,
    SessionId,
    ApiTokenId,
    PasskeyId,
    BatchId,
    UploadId,
    CheckId,
    PlanId,
    SegmentId,
    ViewId,
    NoticeId,
    BulkEditId,
    ExportId,
    TouchId,
    ContactId,
    TraceId,
    EvidenceId,
    FactId,
    RightsRequestId,
    HoldId,
    JobId,
    WebhookId
);
texts! {
    Day: Some(SchemaFormat::KnownFormat(KnownFormat::Date)), "A local calendar day.";
    Instant: Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)), "A point in time in UTC.";
    Currency: None, "A currency code of ISO 4217.";
}

macro_rules! words {
    ($($name:ident: $words:expr, $description:expr;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).enum_values(Some($words));
                text.description(Some($description)).into()
            }
        }
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}
words! {
    Channel: Channel::ALL.map(Channel::word), "The way by which a customer is reached.";
    Language: ["zh", "en"], "The language of a reader.";
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("An amount in minor units of a currency."))
            .property("minor", ObjectBuilder::new().schema_type(Type::Integer))
            .required("minor")
            .property("currency", ObjectBuilder::new().schema_type(Type::String))
            .required("currency")
            .into()
    }
}

impl ToSchema for Money {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Money")
    }
}
