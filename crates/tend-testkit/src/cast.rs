//! The customers of the cast: people with a story, so that a test reads as one.
//!
//! | key | name | who they are |
//! |---|---|---|
//! | `li` | 李秀英 | 58, gold, A, 南山, 王芳's; two policies, one due 30 Nov and unpaid; no mail |
//! | `zhao_q` | 赵志强 | 40 today (23 Nov), gold, B, 王芳's; consents to everything |
//! | `chen_m` | 陈梅香 | first policy paid yesterday, 王芳's: the first return visit is due |
//! | `liu_y` | 刘洋洋 | telecom plan, two bills overdue, 赵强's |
//! | `zhou` | 周建国 | lunar birthday, 福田, 陈梅's; refuses calls |
//! | `wu` | 吴晓兰 | 福田, without an owner: an orphan |
//! | `sun` | 孙丽华 | 浦东, 刘洋's: the other branch |
//! | `smith` | John Smith | 浦东, speaks English, car insured with plate 沪A·88888 |

use crate::World;
use tend_app::customer::{Draft, create};
use tend_rules::base::{Channel, ChannelSet, CustomerId, Day, Money};
use tend_rules::customer::{Birthday, Calendar, PointKind};
use tend_rules::journal::Doer;

/// The keys of the cast's customers.
pub const CUSTOMERS: [&str; 8] = ["li", "zhao_q", "chen_m", "liu_y", "zhou", "wu", "sun", "smith"];

fn day(text: &str) -> Day {
    text.parse().expect("a day of the cast")
}

fn born(calendar: Calendar, year: i16, month: i8, day: i8) -> Option<Birthday> {
    Some(Birthday { calendar, year: Some(year), month, day })
}

impl World {
    /// Brings in all customers of the cast.
    pub async fn welcome_all(&mut self) {
        for key in CUSTOMERS {
            self.welcome(key).await;
        }
    }

    /// Brings in one customer of the cast by key; a second time answers the same id.
    pub async fn welcome(&mut self, key: &'static str) -> CustomerId {
        if let Some(id) = self.customers.get(key) {
            return *id;
        }
        let draft = self.draft(key);
        let tx = self.app.begin().await.expect("a transaction");
        let id = create(&self.app, &tx, Doer::Program("test"), "test", draft).await.expect("the cast's customer");
        tx.commit().await.expect("the customer is on file");
        self.customers.insert(key, id);
        id
    }

    fn draft(&self, key: &str) -> Draft {
        let (unit, owner, name, phone) = match key {
            "li" => ("nanshan", "wang", "李秀英", "+8613800001234"),
            "zhao_q" => ("nanshan", "wang", "赵志强", "+8613900002345"),
            "chen_m" => ("nanshan", "wang", "陈梅香", "+8613700003456"),
            "liu_y" => ("nanshan", "zhao", "刘洋洋", "+8613600004567"),
            "zhou" => ("futian", "chen", "周建国", "+8613500005678"),
            "wu" => ("futian", "", "吴晓兰", "+8613400006789"),
            "sun" => ("pudong", "liu", "孙丽华", "+8613300007890"),
            "smith" => ("pudong", "liu", "John Smith", "+8613200008901"),
            other => unreachable!("{other} is nobody of the cast"),
        };
        let mut draft = Draft::blank(&self.app, self.unit(unit));
        draft.file.name = name.into();
        draft.file.owner_id = (!owner.is_empty()).then(|| self.staff(owner));
        draft.file.outside_id = Some(format!("C-{key}"));
        draft.file.joined = Some(day("2020-06-01"));
        draft.points.push((PointKind::Phone, phone.into()));
        self.story(key, &mut draft);
        draft
    }

    fn story(&self, key: &str, draft: &mut Draft) {
        match key {
            "li" => self.li(draft),
            "zhao_q" => {
                draft.file.tier = "gold".into();
                draft.file.class = "B".into();
                draft.file.gender = "male".into();
                draft.file.birthday = born(Calendar::Solar, 1986, 11, 23);
                draft.file.consented = ChannelSet::EVERY;
                draft.file.annual_value_minor = 800_000;
            }
            "chen_m" => self.chen_m(draft),
            "liu_y" => {
                let mut plan = draft.agreement(&self.app, "telecom_plan");
                plan.number = "T-7001".into();
                plan.product = "畅享套餐".into();
                plan.pay_every_months = 1;
                plan.premium = Money::fen(12_900);
                draft.agreements.push(plan);
            }
            "zhou" => {
                draft.file.birthday = born(Calendar::Lunar, 1958, 10, 15);
                draft.file.refused = ChannelSet::NONE.with(Channel::Phone);
                draft.file.gender = "male".into();
            }
            "smith" => {
                draft.file.language = "en".into();
                let mut cover = draft.agreement(&self.app, "vehicle_cover");
                cover.number = "V-9001".into();
                cover.plate = "沪A88888".into();
                cover.due = Some(day("2026-12-23"));
                draft.agreements.push(cover);
            }
            _ => {}
        }
    }

    fn li(&self, draft: &mut Draft) {
        let file = &mut draft.file;
        file.tier = "gold".into();
        file.class = "A".into();
        file.gender = "female".into();
        file.region = "深圳".into();
        file.occupation = "教师".into();
        file.birthday = born(Calendar::Solar, 1968, 3, 5);
        file.joined = Some(day("2017-05-10"));
        file.annual_value_minor = 1_300_000;
        file.consented = [Channel::Wechat, Channel::Sms].into_iter().collect();
        draft.points.push((PointKind::Phone, "+867552671234".into()));
        draft.points.push((PointKind::IdNumber, "440305196803051245".into()));
        draft.points.push((PointKind::Address, "深圳市南山区科技园一路8号3栋502".into()));
        draft.points.push((PointKind::Wechat, "xiuying68".into()));
        let mut life = draft.agreement(&self.app, "policy");
        life.number = "P-2019-0001".into();
        life.product = "康宁终身".into();
        life.premium = Money::fen(1_240_000);
        life.start = Some(day("2019-11-30"));
        life.due = Some(day("2026-11-30"));
        life.paid_on = Some(day("2025-11-20"));
        life.paid_for = Some(day("2025-11-30"));
        let mut car = draft.agreement(&self.app, "vehicle_cover");
        car.number = "V-2026-0002".into();
        car.product = "车险".into();
        car.plate = "粤BD12345".into();
        car.premium = Money::fen(320_000);
        car.due = Some(day("2027-02-10"));
        draft.agreements.extend([life, car]);
    }

    fn chen_m(&self, draft: &mut Draft) {
        draft.file.lifecycle = "new".into();
        draft.file.joined = Some(day("2026-11-20"));
        let mut policy = draft.agreement(&self.app, "policy");
        policy.number = "P-2026-0003".into();
        policy.product = "福满年金".into();
        policy.premium = Money::fen(600_000);
        policy.signed = Some(day("2026-11-20"));
        policy.start = Some(day("2026-11-23"));
        policy.due = Some(day("2027-11-22"));
        policy.paid_on = Some(day("2026-11-22"));
        draft.agreements.push(policy);
    }
}
