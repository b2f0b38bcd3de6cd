//! What a column of a file can mean: the fields of a customer, an agreement or an order line.

use super::standing::words;
use crate::base::Channel;
use serde::{Deserialize, Serialize};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    /// One customer a row, perhaps with one agreement.
    #[default]
    Customers,
    /// One order line a row.
    Orders,
}

impl RowKind {
    /// `customers` or `orders`.
    pub const fn word(self) -> &'static str {
        match self {
            RowKind::Customers => "customers",
            RowKind::Orders => "orders",
        }
    }
}

words! {
    /// A built-in target of a column.
    Field {
        /// The customer's number in the firm's other systems.
        OutsideId = "outside_id",
        /// The whole name.
        Name = "name",
        /// The surname, where the file keeps it apart.
        Surname = "surname",
        /// The given name, where the file keeps it apart.
        GivenName = "given_name",
        /// One or more phone numbers.
        Phone = "phone",
        /// One or more mail addresses.
        Mail = "mail",
        /// A WeChat id.
        Wechat = "wechat",
        /// The number of the identity card.
        IdNumber = "id_number",
        /// The birthday, by either calendar as the cell says.
        Birthday = "birthday",
        /// The birthday by the lunar calendar.
        LunarBirthday = "lunar_birthday",
        /// Which calendar the birthday of this row is kept by.
        BirthdayCalendar = "birthday_calendar",
        /// The wedding day.
        WeddingDay = "wedding_day",
        /// Gender.
        Gender = "gender",
        /// Occupation.
        Occupation = "occupation",
        /// Postal address.
        Address = "address",
        /// Region, province, city or country.
        Region = "region",
        /// The language to speak with the customer.
        Language = "language",
        /// Service tier.
        Tier = "tier",
        /// Class by contribution.
        Class = "class",
        /// Stage of life with the firm.
        Lifecycle = "lifecycle",
        /// The day on which the customer joined.
        Joined = "joined",
        /// Months since the customer joined, counted back from the day of the file.
        TenureMonths = "tenure_months",
        /// What the customer brings in a year.
        AnnualValue = "annual_value",
        /// Labels, separated.
        Labels = "labels",
        /// Refuses every channel, or the channels named in the cell.
        RefusesAll = "refuses_all",
        /// Refuses calls.
        RefusesPhone = "refuses_phone",
        /// Refuses short messages.
        RefusesSms = "refuses_sms",
        /// Refuses WeChat messages.
        RefusesWechat = "refuses_wechat",
        /// Refuses mail.
        RefusesMail = "refuses_mail",
        /// Refuses visits.
        RefusesVisit = "refuses_visit",
        /// Consents to every channel, or to the channels named in the cell.
        ConsentsAll = "consents_all",
        /// Consents to calls.
        ConsentsPhone = "consents_phone",
        /// Consents to short messages.
        ConsentsSms = "consents_sms",
        /// Consents to WeChat messages.
        ConsentsWechat = "consents_wechat",
        /// Consents to mail.
        ConsentsMail = "consents_mail",
        /// Consents to visits.
        ConsentsVisit = "consents_visit",
        /// The customer manager: sign-in name or name.
        Owner = "owner",
        /// The branch or team.
        Unit = "unit",
        /// Why this customer needs care.
        Reason = "reason",
        /// A remark.
        Remark = "remark",
        /// Number of the policy or contract.
        AgreementNumber = "agreement_number",
        /// Kind of agreement.
        AgreementKind = "agreement_kind",
        /// Product of the agreement.
        AgreementProduct = "agreement_product",
        /// First day in force.
        AgreementStart = "agreement_start",
        /// Last day in force.
        AgreementEnd = "agreement_end",
        /// The day on which the next premium is due.
        AgreementDue = "agreement_due",
        /// The premium or fee of one period.
        AgreementPremium = "agreement_premium",
        /// Status of the agreement.
        AgreementStatus = "agreement_status",
        /// Number plate.
        AgreementPlate = "agreement_plate",
        /// Months between two payments.
        AgreementPayEveryMonths = "agreement_pay_every_months",
        /// The number of the order.
        OrderNumber = "order_number",
        /// Article number of the line.
        LineSku = "line_sku",
        /// Description of the article.
        LineTitle = "line_title",
        /// Quantity; negative for a return.
        LineQuantity = "line_quantity",
        /// Price of one piece.
        LineUnitPrice = "line_unit_price",
        /// Day and time of the order.
        PlacedAt = "placed_at",
    }
}

impl Field {
    /// Whether more than one column may have this target.
    pub const fn takes_many(self) -> bool {
        matches!(
            self,
            Field::Phone
                | Field::Mail
                | Field::Wechat
                | Field::Labels
                | Field::Remark
                | Field::RefusesAll
                | Field::Address
        )
    }

    /// Whether rows of this kind can carry the field.
    pub const fn fits(self, kind: RowKind) -> bool {
        let of_order = matches!(
            self,
            Field::OrderNumber
                | Field::LineSku
                | Field::LineTitle
                | Field::LineQuantity
                | Field::LineUnitPrice
                | Field::PlacedAt
        );
        match kind {
            RowKind::Customers => !of_order,
            RowKind::Orders => {
                of_order || matches!(self, Field::OutsideId | Field::Phone | Field::Name | Field::Region)
            }
        }
    }

    /// The channels that a refusal column speaks of when its cell says yes.
    pub const fn refused_channel(self) -> Option<Channel> {
        match self {
            Field::RefusesPhone => Some(Channel::Phone),
            Field::RefusesSms => Some(Channel::Sms),
            Field::RefusesWechat => Some(Channel::Wechat),
            Field::RefusesMail => Some(Channel::Mail),
            Field::RefusesVisit => Some(Channel::Visit),
            _ => None,
        }
    }

    /// The channel that a consent column speaks of when its cell says yes.
    pub const fn consented_channel(self) -> Option<Channel> {
        match self {
            Field::ConsentsPhone => Some(Channel::Phone),
            Field::ConsentsSms => Some(Channel::Sms),
            Field::ConsentsWechat => Some(Channel::Wechat),
            Field::ConsentsMail => Some(Channel::Mail),
            Field::ConsentsVisit => Some(Channel::Visit),
            _ => None,
        }
    }
}
