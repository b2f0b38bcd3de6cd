//! Two records of one person become one, and are parted again.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::customer::{Draft, MergeOrder, create, relate};
use tend_app::platform::sql;
use tend_app::rotation::Mode;
use tend_rules::base::*;
use tend_rules::customer::PointKind;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_testkit::{Answer, Client, World, each_store};

/// A record that somebody typed in once more: 李秀英 with the same phone, another number and a policy of her own.
pub async fn again(world: &World, bucket: Bucket, set: impl FnOnce(&mut Draft)) -> CustomerId {
    let app = &world.app;
    let mut draft = Draft::blank(app, world.unit("nanshan"));
    draft.file.id = CustomerId(app.new_id(bucket));
    draft.file.name = "李秀英".into();
    draft.file.owner_id = Some(world.staff("wang"));
    draft.points.push((PointKind::Phone, "+8613800001234".into()));
    set(&mut draft);
    let (id, tx) = (draft.file.id, app.begin().await.expect("a transaction"));
    create(app, &tx, Doer::Program("test"), "test", draft).await.expect("a second record");
    tx.commit().await.expect("on file");
    id
}

pub async fn version(client: &Client, id: CustomerId) -> i64 {
    client.get(&format!("/api/customers/{id}")).await.body["version"].as_i64().expect("a version")
}

pub async fn merge(client: &Client, kept: CustomerId, other: CustomerId, take: Value) -> Answer {
    let seen = (version(client, kept).await, version(client, other).await);
    merge_as_seen(client, (kept, other), seen, take).await
}

async fn merge_as_seen(
    client: &Client,
    (kept, other): (CustomerId, CustomerId),
    (seen, other_seen): (i64, i64),
    take: Value,
) -> Answer {
    let body = json!({ "other_id": other, "other_version": other_seen, "take": take, "reason": "同一个人" });
    client.send("POST", &format!("/api/customers/{kept}/merges"), None, Some(seen), Some(&body)).await
}

pub async fn split(client: &Client, kept: CustomerId, other: CustomerId) -> Answer {
    let seen = version(client, kept).await;
    let body = json!({ "merged_id": other, "reason": "其实是母女" });
    client.send("POST", &format!("/api/customers/{kept}/splits"), None, Some(seen), Some(&body)).await
}

/// The page without what grows with every change.
async fn page(client: &Client, id: CustomerId) -> Value {
    let mut page = client.get(&format!("/api/customers/{id}")).await.body;
    let fields = page.as_object_mut().expect("a page");
    fields.remove("version");
    for relation in fields["relations"].as_array_mut().expect("relations") {
        relation.as_object_mut().expect("a relation").remove("id");
    }
    page
}

pub async fn open_touches(client: &Client) -> Vec<(String, String)> {
    let open = client.get("/api/touches?state=open&limit=200").await.body;
    let items = open["items"].as_array().unwrap_or_else(|| panic!("touches: {open}"));
    let mut open: Vec<_> = items
        .iter()
        .map(|touch| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&touch["customer"]["id"]), text(&touch["id"]))
        })
        .collect();
    open.sort();
    open
}

/// The record of 李秀英, a second one with things of its own, and 王芳 who looks after both.
async fn two_records(world: &mut World, bucket: Option<Bucket>) -> (Client, CustomerId, CustomerId) {
    let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
    let bucket = bucket.unwrap_or(Bucket::of(li.bucket().number() as u64 + 7));
    let other = again(world, bucket, |draft| {
        draft.file.occupation = "会计".into();
        draft.file.outside_id = Some("OLD-77".into());
        draft.points.push((PointKind::Mail, "li@example.com".into()));
        let mut policy = draft.agreement(&world.app, "policy");
        policy.product = "重疾险".into();
        policy.number = "P-778899".into();
        draft.agreements.push(policy);
        draft.note = Some("喜欢上午来电".into());
    })
    .await;
    let (app, tx) = (&world.app, world.app.begin().await.expect("a transaction"));
    relate(app, &tx, Doer::Program("test"), &Scope::Firm, other, zhao, "spouse").await.expect("related");
    tx.commit().await.expect("committed");
    make(world, vec![renewal(world, other, "nanshan", Some("wang"))]).await;
    let wang = world.sign_in("wang").await;
    let (_, touch) = open_touches(&wang).await.remove(0);
    let body = json!({ "code": "done", "note": "女儿接的电话" });
    assert_eq!(wang.post(&format!("/api/touches/{touch}/outcome"), body).await.status, 201);
    (wang, li, other)
}

#[tokio::test]
async fn two_records_of_one_person_become_one_and_part_again_as_they_were() {
    for near in [false, true] {
        each_store(async |mut world| {
            let li = world.welcome("li").await;
            let (wang, li, other) = two_records(&mut world, near.then(|| li.bucket())).await;
            let (before, theirs) = (page(&wang, li).await, page(&wang, other).await);

            let found = wang.get(&format!("/api/customers/{li}/duplicates")).await.body;
            assert_eq!(
                (&found[0]["id"], &found[0]["points"], &found[0]["by"]),
                (&json!(other), &json!(60), &json!(["name", "phone"])),
                "two customer numbers: people decide: {found}"
            );
            let preview = wang.get(&format!("/api/customers/{li}/merge-preview?other_id={other}")).await.body;
            let field = |key: &str| {
                let fields = preview["fields"].as_array().expect("fields");
                fields.iter().find(|field| field["key"] == key).cloned().unwrap_or_else(|| panic!("{key}: {preview}"))
            };
            assert_eq!(
                (&field("occupation")["kept"], &field("occupation")["other"], &field("occupation")["side"]),
                (&json!("教师"), &json!("会计"), &json!("kept"))
            );
            assert_eq!(
                (&field("mail")["other"], &field("mail")["side"]),
                (&json!(["l***@example.com"]), &json!("other"))
            );
            assert_eq!(preview["warnings"], json!(["two_outside_ids"]));
            let moves = |what: &str| {
                let lines = preview["moves"].as_array().expect("moves");
                lines.iter().find(|line| line["what"] == what).map_or(-1, |line| line["count"].as_i64().unwrap_or(-1))
            };
            assert_eq!(
                ["agreements", "relations", "touches", "open_touches", "contacts"].map(moves),
                [1, 1, 1, 0, 1],
                "{preview}"
            );

            let merged = merge(&wang, li, other, json!(["occupation", "mail"])).await;
            assert_eq!(merged.status, 201, "{}", merged.body);
            let now = page(&wang, li).await;
            let text = now.to_string();
            for shown in ["重疾险", "会计", "康宁终身", "l***@example.com", "赵志强"] {
                assert!(text.contains(shown), "{shown}: {text}");
            }
            assert_eq!(
                now["contact_points"].as_array().expect("points").iter().filter(|p| p["kind"] == "phone").count(),
                2
            );
            assert_eq!(now["last_contact_at"], "2026-11-23");
            let story = wang.get(&format!("/api/customers/{li}/timeline?limit=100")).await.body.to_string();
            for told in ["喜欢上午来电", "outcome_recorded", "merged_away"] {
                assert!(story.contains(told), "one story of both: {told}");
            }
            let hits = wang.get("/api/search?q=13800001234").await.body;
            assert_eq!(hits.as_array().map(Vec::len), Some(1), "{hits}");
            assert_eq!(wang.get("/api/search?q=OLD-77").await.body[0]["id"], json!(li), "known by both numbers");
            let old = wang.get(&format!("/api/customers/{other}")).await;
            assert_eq!((old.status, old.headers["location"].to_str().ok()), (307, Some(li.to_string().as_str())));
            assert_eq!(wang.get(&format!("/api/customers/{li}/merges")).await.body[0]["reason"], "同一个人");

            world.app.clock().set(world.app.now().plus_seconds(60));
            let facts = json!({ "facts": { "region": "珠海" } });
            assert_eq!(wang.patch(&format!("/api/customers/{li}"), version(&wang, li).await, facts).await.status, 200);
            let preview = wang.get(&format!("/api/customers/{li}/split-preview?merged_id={other}")).await.body;
            assert_eq!((&preview["fields_back"], &preview["since"]), (&json!(["Occupation"]), &json!(1)), "{preview}");
            let back = |what: &str| {
                let lines = preview["moves"].as_array().expect("moves");
                lines.iter().find(|line| line["what"] == what).map_or(-1, |line| line["count"].as_i64().unwrap_or(-1))
            };
            let going = ["agreements", "touches", "open_touches", "contacts", "requests", "holds", "traces"].map(back);
            assert_eq!(going, [1, 1, 0, 1, 0, 0, 0], "{preview}");
            let parted = split(&wang, li, other).await;
            assert_eq!(parted.status, 201, "{}", parted.body);
            let mut kept = before.clone();
            kept["region"] = json!("珠海");
            let mut after = page(&wang, li).await;
            for page in [&mut kept, &mut after] {
                page["facts"].as_array_mut().expect("facts").retain(|fact| fact["key"] != "region");
                page["freshness_percent"] = json!(0);
                page["ask_next"] = json!([]);
            }
            assert_eq!(after, kept, "what happened since stays, all else is as it was");
            assert_eq!(page(&wang, other).await, theirs);
            assert_eq!(split(&wang, li, other).await.body["code"], "not_merged");
        })
        .await;
    }
}

#[tokio::test]
async fn mistake_15_a_merge_and_a_split_never_weaken_a_refusal() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let sets = [0, 1, 5, 31].map(ChannelSet::from_bits);
        let pairs = sets.iter().flat_map(|mine| sets.map(|theirs| (*mine, theirs)));
        for (number, (mine, theirs)) in (1u64..).zip(pairs) {
            let said = |refused: ChannelSet, shift: u64| {
                let (world, phone) = (&world, format!("+86139{:08}", number * 2 + shift));
                async move {
                    again(world, Bucket::of(number * 5 + shift), |draft| {
                        draft.points[0].1 = phone;
                        draft.file.refused = refused;
                        draft.file.consented = ChannelSet::EVERY;
                    })
                    .await
                }
            };
            let (kept, other) = (said(mine, 0).await, said(theirs, 1).await);
            let refused = async |id: CustomerId| -> ChannelSet {
                let page = wang.get(&format!("/api/customers/{id}")).await.body;
                let lines = page["consents"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
                let word =
                    |channel: Channel| lines.iter().any(|l| l["channel"] == channel.word() && l["state"] == "refused");
                Channel::ALL.into_iter().filter(|channel| word(*channel)).collect()
            };
            let holds = |outer: ChannelSet, inner: ChannelSet| inner.iter().all(|channel| outer.has(channel));
            assert_eq!(merge(&wang, kept, other, json!([])).await.status, 201);
            let both = refused(kept).await;
            assert!(holds(both, mine) && holds(both, theirs), "{mine:?} {theirs:?} {both:?}");
            assert_eq!(split(&wang, kept, other).await.status, 201);
            assert!(holds(refused(kept).await, both) && holds(refused(other).await, both));
        }
        // The number itself refuses from now on, whoever holds it.
        let silent =
            again(&world, Bucket::of(77), |draft| draft.file.refused = ChannelSet::NONE.with(Channel::Sms)).await;
        assert_eq!(merge(&wang, li, silent, json!([])).await.status, 201);
        assert_eq!(split(&wang, li, silent).await.status, 201);
        let next = again(&world, Bucket::of(78), |_| {}).await;
        let page = wang.get(&format!("/api/customers/{next}")).await.body["consents"].to_string();
        assert!(page.contains("refused"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_called_twice_after_a_merge_and_both_are_after_a_split() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        make(
            &world,
            vec![renewal(&world, li, "nanshan", Some("wang")), renewal(&world, other, "nanshan", Some("wang"))],
        )
        .await;
        let wang = world.sign_in("wang").await;
        let before = open_touches(&wang).await;
        assert_eq!(before.len(), 2);
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let one = open_touches(&wang).await;
        assert_eq!(one.iter().map(|(customer, _)| customer.clone()).collect::<Vec<_>>(), [li.to_string()]);
        assert_eq!(make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await, 0, "a night adds none");
        assert_eq!(split(&wang, li, other).await.status, 201);
        assert_eq!(open_touches(&wang).await, before);
    })
    .await;
}

#[tokio::test]
async fn the_same_policy_in_both_records_is_one_and_its_payment_counts() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| {
            let mut policy = draft.agreement(&world.app, "policy");
            (policy.product, policy.number) = ("年金险".into(), "P-1".into());
            (policy.due, policy.paid_for) = ("2026-11-20".parse().ok(), "2026-11-20".parse().ok());
            policy.paid_on = "2026-11-18".parse().ok();
            draft.agreements.push(policy);
        })
        .await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}/agreements");
        let mine = json!({ "kind": "policy", "number": "p 1", "product": "年金险", "due": "2026-11-20" });
        let made = wang.post(&path, mine).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let paid = async || {
            let held = page(&wang, li).await["agreements"].as_array().expect("agreements").clone();
            let of_her = held.iter().filter(|one| one["product"] == "年金险");
            of_her.map(|one| one["paid_for"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(paid().await, [json!("2026-11-20")]);
        assert_eq!(split(&wang, li, other).await.status, 201);
        assert_eq!(paid().await, [Value::Null]);
        assert_eq!(page(&wang, other).await["agreements"][0]["paid_for"], "2026-11-20");
    })
    .await;
}

#[tokio::test]
async fn of_two_merges_at_once_one_wins_and_nothing_is_lost() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let (one, two) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let (there, back) = tokio::join!(
            merge_as_seen(&one, (li, other), (1, 1), json!([])),
            merge_as_seen(&two, (other, li), (1, 1), json!([]))
        );
        let mut statuses = [there.status, back.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201, "{} {}", there.body, back.body);
        assert!([404, 412].contains(&statuses[1]), "{} {}", there.body, back.body);
        let left: i64 = sql("SELECT COUNT(*) FROM customer").value(world.app.read()).await.expect("a count");
        assert_eq!(left, 1);
    })
    .await;
}

#[tokio::test]
async fn a_merge_that_is_not_committed_leaves_nothing() {
    each_store(async |mut world| {
        let (wang, li, other) = two_records(&mut world, None).await;
        let (before, theirs) = (page(&wang, li).await, page(&wang, other).await);
        let (seen, other_seen) = (version(&wang, li).await, version(&wang, other).await);
        let app = &world.app;
        let who = tend_app::org::acting(app, world.staff("wang")).await.expect("staff").expect("wang");
        let tx = app.begin().await.expect("a transaction");
        let order = MergeOrder { kept: (li, seen), other: (other, other_seen), take: None, reason: "" };
        tend_app::customer::merge(app, &tx, &who, order).await.expect("merged");
        drop(tx);
        assert_eq!((page(&wang, li).await, page(&wang, other).await), (before, theirs));
    })
    .await;
}

#[tokio::test]
async fn a_merge_is_refused_where_somebody_was_faster_or_may_not_see() {
    each_store(async |mut world| {
        let (li, sun) = (world.welcome("li").await, world.welcome("sun").await);
        let other = again(&world, Bucket::of(9), |_| {}).await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}/merges");
        let order = |id: CustomerId, version: i64| json!({ "other_id": id, "other_version": version });
        for (seen, body, code) in [
            (Some(9), order(other, 1), "version_stale"),
            (Some(1), order(other, 9), "version_stale"),
            (Some(1), order(sun, 1), "customer_not_found"),
            (Some(1), order(li, 1), "field_invalid"),
            (None, order(other, 1), "version_missing"),
        ] {
            let refused = wang.send("POST", &path, None, seen, Some(&body)).await;
            assert_eq!(refused.body["code"], code, "{}", refused.body);
        }
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let liu = world.sign_in("liu").await;
        assert_eq!(liu.get(&format!("/api/customers/{other}")).await.status, 404, "the pointer tells nobody else");
        let body = json!({ "merged_id": other, "reason": "" });
        let mute = wang.send("POST", &format!("/api/customers/{li}/splits"), None, Some(2), Some(&body)).await;
        assert_eq!(mute.body["code"], "field_invalid");
    })
    .await;
}

#[tokio::test]
async fn old_links_lead_on_over_several_merges_and_plans_count_one_person() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (first, second) =
            (again(&world, Bucket::of(11), |_| {}).await, again(&world, Bucket::of(12), |_| {}).await);
        let wang = world.sign_in("wang").await;
        let counted = async || wang.get("/api/customers/count?segment=true").await.body["count"].clone();
        assert_eq!(counted().await, 3);
        assert_eq!(merge(&wang, second, first, json!([])).await.status, 201);
        assert_eq!(merge(&wang, li, second, json!([])).await.status, 201);
        assert_eq!(counted().await, 1);
        let old = wang.get(&format!("/api/customers/{first}")).await;
        assert_eq!((old.status, old.headers["location"].to_str().ok()), (307, Some(li.to_string().as_str())));
        assert_eq!(split(&wang, li, first).await.body["code"], "not_merged", "it is part of the other one");
        assert_eq!(split(&wang, li, second).await.status, 201);
        assert_eq!(split(&wang, second, first).await.status, 201);
        assert_eq!(counted().await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_label_of_both_stays_with_both_after_a_split() {
    each_store(async |mut world| {
        let (wang, li, other) = two_records(&mut world, None).await;
        let label =
            json!({ "key": "vip", "title": { "zh": "贵宾", "en": "VIP" }, "title_zh": "贵宾", "title_en": "VIP" });
        assert!(world.sign_in("hq").await.post("/api/labels", label).await.status < 300);
        for id in [li, other] {
            assert_eq!(
                wang.put(&format!("/api/customers/{id}/labels/vip"), json!({ "remark": "老客户" })).await.status,
                204
            );
        }
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        assert_eq!(split(&wang, li, other).await.status, 201);
        for id in [li, other] {
            assert_eq!(page(&wang, id).await["labels"][0]["remark"], "老客户");
        }
    })
    .await;
}

#[tokio::test]
async fn a_merge_is_no_way_round_the_permission_to_hand_customers_over() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let theirs = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| {
            draft.file.unit_id = world.unit("futian");
            draft.file.owner_id = Some(world.staff("chen"));
        })
        .await;
        // Wang stands in for a day and sees the customer of Chen.
        make(&world, vec![renewal(&world, theirs, "nanshan", Some("wang"))]).await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let preview = wang.get(&format!("/api/customers/{li}/merge-preview?other_id={theirs}")).await.body;
        assert_eq!(preview["warnings"], json!(["two_keepers"]), "{preview}");
        for (kept, other) in [(li, theirs), (theirs, li)] {
            for take in [json!([]), json!(["keeper"])] {
                let refused = merge(&wang, kept, other, take).await;
                assert_eq!((refused.status, &refused.body["code"]), (403, &json!("not_permitted")), "{}", refused.body);
            }
        }
        let preview = lead.get(&format!("/api/customers/{li}/merge-preview?other_id={theirs}")).await.body;
        assert_eq!(preview["warnings"], json!([]), "{preview}");
        assert_eq!(merge(&lead, li, theirs, json!([])).await.status, 201);
        assert_eq!(split(&wang, li, theirs).await.status, 403, "nor is a split");
        assert_eq!(split(&lead, li, theirs).await.status, 201);
    })
    .await;
}

#[tokio::test]
async fn a_merge_stays_in_sight_when_the_customer_is_handed_over_and_its_reason_stands_sealed() {
    each_store(async |mut world| {
        let (wang, li, other) = two_records(&mut world, None).await;
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let (lead, chen) = (world.sign_in("lead_sz").await, world.sign_in("chen").await);
        let to = json!({ "owner_id": world.staff("chen") });
        assert_eq!(lead.put(&format!("/api/customers/{li}/keeper"), to).await.status, 204);
        let merges = chen.get(&format!("/api/customers/{li}/merges")).await.body;
        assert_eq!((&merges[0]["id"], &merges[0]["reason"]), (&json!(other), &json!("同一个人")), "{merges}");
        let sealed = async || {
            let held = sql("SELECT reason FROM merged_customer");
            held.value::<String>(world.app.read()).await.expect("a reason")
        };
        let before = sealed().await;
        crate::rotation::to_the_end(&world.app, Mode::Customers).await;
        assert_ne!(sealed().await, before, "a fresh key seals it anew");
        let preview = chen.get(&format!("/api/customers/{li}/split-preview?merged_id={other}")).await;
        assert_eq!((preview.status, &preview.body["merged"]["reason"]), (200, &json!("同一个人")), "{}", preview.body);
        let parted = split(&lead, li, other).await;
        assert_eq!(parted.status, 201, "{}", parted.body);
        let zhao = world.customer("zhao_q");
        let far = wang.get(&format!("/api/customers/{zhao}/timeline?limit=100")).await.body;
        let turned = far["items"].as_array().unwrap_or_else(|| panic!("{far}")).iter();
        assert_eq!(turned.filter(|fact| fact["kind"] == "relation_turned").count(), 2, "there and back: {far}");
        for (client, id) in [(&chen, li), (&wang, other)] {
            let story = client.get(&format!("/api/customers/{id}/timeline?limit=100")).await.body.to_string();
            assert!(story.contains("其实是母女"), "its readers read it: {story}");
        }
        for words in ["同一个人", "其实是母女"] {
            for (table, column) in [("merged_customer", "reason"), ("journal_fact", "payload")] {
                let plain = sql(&format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE $1"));
                let plain = plain.bind(format!("%{words}%")).value::<i64>(world.app.read()).await.expect("a count");
                assert_eq!(plain, 0, "{words} stands in plain in {table}");
            }
        }
    })
    .await;
}
