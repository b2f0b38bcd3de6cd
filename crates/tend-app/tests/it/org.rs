//! Sign-in, second factor, lock-out, units, people and who may do what.

use serde_json::json;
use tend_testkit::{PASSWORD, each_store};

#[tokio::test]
async fn a_person_signs_in_and_out() {
    each_store(async |world| {
        let mut browser = world.client();
        assert_eq!(browser.get("/api/me").await.status, 401);
        let wrong = browser.sign_in("wang", "not her password").await;
        let unknown = browser.sign_in("nobody", "not her password").await;
        assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
        let me = browser.sign_in("WANG ", PASSWORD).await;
        assert_eq!(me.body["name"], "王芳");
        assert_eq!(me.body["landing"], "my-day");
        assert_eq!(browser.get("/api/me").await.body["today"], "2026-11-23");
        assert_eq!(browser.delete("/api/session").await.status, 204);
        assert_eq!(browser.get("/api/me").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn five_failures_lock_a_name_out_for_a_quarter_of_an_hour() {
    each_store(async |world| {
        let mut browser = world.client();
        for _ in 0..5 {
            assert_eq!(browser.sign_in("wang", "wrong").await.status, 401);
        }
        let locked = browser.sign_in("wang", PASSWORD).await;
        assert_eq!((locked.status, locked.body["code"].as_str()), (429, Some("locked_out")));
        assert_eq!(locked.body["params"]["minutes"], 16);
        world.set_clock("2026-11-23", 9 * 60 + 16);
        assert_eq!(browser.sign_in("wang", PASSWORD).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn errors_speak_the_language_of_the_reader() {
    each_store(async |world| {
        let zh = world.client().in_language("zh-CN").get("/api/units").await;
        let en = world.client().get("/api/units").await;
        assert_eq!(zh.body["title"], "请先登录");
        assert_eq!(en.body["title"], "Please sign in");
        assert_eq!(world.client().get("/api/nothing").await.body["code"], "no_such_address");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_adds_a_unit_and_a_person_who_then_leaves() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        let unit = json!({ "parent_id": world.unit("shanghai"), "kind": "team", "name": "徐汇团队" });
        let unit = admin.post("/api/units", unit).await;
        assert_eq!(unit.status, 201, "{}", unit.body);
        let staff = json!({ "unit_id": unit.body["id"], "login": "sun", "name": "孙丽", "role": "maintainer", "password": "a good one" });
        let made = admin.post("/api/staff", staff.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(admin.post("/api/staff", staff).await.body["code"], "login_taken");

        let id = made.body["id"].as_str().expect("an id");
        let stale = admin.patch(&format!("/api/staff/{id}"), 7, json!({ "name": "孙莉" })).await;
        assert_eq!((stale.status, stale.body["code"].as_str()), (412, Some("version_stale")));
        let changed = admin.patch(&format!("/api/staff/{id}"), 1, json!({ "capacity_per_day": 40 })).await;
        assert_eq!((changed.status, &changed.body["capacity_per_day"]), (200, &json!(40)));

        let mut sun = world.client();
        assert_eq!(sun.sign_in("sun", "a good one").await.status, 200);
        let gone = json!({ "left_on": "2026-11-30", "heir_id": world.staff("liu") });
        assert_eq!(admin.post(&format!("/api/staff/{id}/departure"), gone).await.status, 201);
        assert_eq!(sun.get("/api/me").await.status, 401, "sessions end with the departure");
    })
    .await;
}

#[tokio::test]
async fn me_says_whether_somebody_sits_in_head_office() {
    each_store(async |world| {
        for (login, seat) in [("admin", "head_office"), ("hq", "head_office"), ("lead_sz", "below"), ("wang", "below")]
        {
            assert_eq!(world.sign_in(login).await.get("/api/me").await.body["seat"], seat, "{login}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lead_sees_only_the_own_part_of_the_tree() {
    each_store(async |world| {
        let lead = world.sign_in("lead_sz").await;
        let names = |body: &serde_json::Value| {
            let mut names: Vec<String> =
                body.as_array().expect("a list").iter().map(|u| u["name"].as_str().unwrap_or("").to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&lead.get("/api/units").await.body), ["南山团队", "深圳渠道", "福田团队"]);
        let liu = format!("/api/staff/{}", world.staff("liu"));
        assert_eq!(lead.get(&liu).await.status, 404);
        assert_eq!(lead.post("/api/units", json!({})).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn people_come_page_by_page_and_are_found_by_part_of_a_name() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        let add = async |login: &str, name: &str, role: &str| {
            let staff = json!({ "unit_id": world.unit("nanshan"), "login": login, "name": name, "role": role, "password": "a good one" });
            let made = admin.post("/api/staff", staff).await;
            assert_eq!(made.status, 201, "{}", made.body);
        };
        for n in 1..=5 {
            add(&format!("paged_{n}"), &format!("翻页{n}"), "maintainer").await;
        }
        add("emile", "Émile Zola", "specialist").await;
        let names = |page: &serde_json::Value| -> Vec<String> {
            let items = page["items"].as_array().expect("items");
            items.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let found = async |query: &str| {
            let page = admin.get(&format!("/api/staff?{query}")).await;
            assert_eq!(page.status, 200, "{}", page.body);
            page.body
        };

        let (mut paged, mut cursor) = (Vec::new(), String::new());
        for rows in [2, 2, 1] {
            let page = found(&format!("q=paged&limit=2{cursor}")).await;
            assert_eq!((names(&page).len(), &page["about"]), (rows, &json!(5)), "{page}");
            paged.extend(names(&page));
            cursor = page["next"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
        }
        assert_eq!(cursor, "", "the last page is the last");
        paged.sort();
        assert_eq!(paged, ["翻页1", "翻页2", "翻页3", "翻页4", "翻页5"], "each once");

        let whole = found("limit=200").await;
        assert_eq!(whole["about"], json!(names(&whole).len()), "those who left and every unit included");
        assert_eq!(names(&found("q=%E7%BF%BB%E9%A1%B53").await), ["翻页3"]);
        assert_eq!(names(&found("q=%C3%89mile").await), ["Émile Zola"], "as it is written");
        assert_eq!(names(&found("q=ZOLA").await), ["Émile Zola"]);
        assert_eq!(found("q=paged&role=specialist").await["about"], 0);
        assert_eq!(names(&found("q=page__1").await), Vec::<String>::new(), "a sign of a pattern is a sign");
        assert_eq!(names(&found("q=%25").await), Vec::<String>::new());
        let unit = format!("q=paged&unit={}", world.unit("shanghai"));
        assert_eq!(found(&unit).await["about"], 0);

        assert_eq!(admin.get("/api/staff?cursor=elsewhere").await.status, 422);
        assert!((400..500).contains(&admin.get("/api/staff?limit=201").await.status));
        let lead = world.sign_in("lead_sh").await;
        assert_eq!(names(&lead.get("/api/staff?q=paged").await.body), Vec::<String>::new(), "another part of the tree");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_call_is_carried_out_once() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        let body = json!({ "parent_id": world.unit("hq"), "kind": "channel", "name": "北京渠道" });
        let first = admin.send("POST", "/api/units", Some("key-1"), None, Some(&body)).await;
        let again = admin.send("POST", "/api/units", Some("key-1"), None, Some(&body)).await;
        assert_eq!((first.status, again.status), (201, 201));
        assert_eq!(first.body, again.body);
        let other = json!({ "parent_id": world.unit("hq"), "kind": "channel", "name": "广州渠道" });
        let reused = admin.send("POST", "/api/units", Some("key-1"), None, Some(&other)).await;
        assert_eq!(reused.body["code"], "idempotency_key_reused");
        let count = admin.get("/api/units").await.body.as_array().map(Vec::len);
        assert_eq!(count, Some(7));
    })
    .await;
}

#[tokio::test]
async fn what_an_address_does_not_take_is_told_whatever_the_key() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        let body = json!({ "parent_id": world.unit("hq"), "kind": "channel", "name": "北京渠道" });
        assert_eq!(admin.send("POST", "/api/units", Some("key-1"), None, Some(&body)).await.status, 201);
        for key in ["key-1", "key-2", "not a key"] {
            let untaken = admin.send("PUT", "/api/units", Some(key), None, Some(&body)).await;
            assert_eq!((untaken.status, &untaken.body["code"]), (405, &json!("method_not_allowed")), "{key}");
            assert!(untaken.headers.get("allow").is_some(), "{key}");
            let nowhere = admin.send("POST", "/api/nowhere", Some(key), None, Some(&body)).await;
            assert_eq!(nowhere.body["code"], "no_such_address", "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_answer_of_a_repeatable_call_is_given_whole() {
    each_store(async |world| {
        crate::trace::install(&world).await;
        let wang = world.sign_in("wang").await;
        let forms = wang.get("/api/remark-forms").await.body;
        let business = forms[0]["business_type"].as_str().unwrap_or_else(|| panic!("a form: {forms}")).to_owned();
        let body = json!({ "business_type": business, "text": "记录".repeat(60_000) });
        let answer = wang.send("POST", "/api/remarks/check", Some("key-large"), None, Some(&body)).await;
        assert_eq!(answer.status, 200, "{}", answer.body["code"]);
        assert!(answer.bytes.len() > 256 * 1024, "{}", answer.bytes.len());
    })
    .await;
}
