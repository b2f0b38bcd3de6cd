//! Finding people: whatever is typed, within the reader's own part of the firm.

use serde_json::Value;
use tend_testkit::{Answer, each_store};

fn names(answer: &Answer) -> Vec<&str> {
    let rows = answer.body["items"].as_array().or(answer.body.as_array());
    rows.map(|rows| rows.iter().filter_map(|row| row["name"].as_str().or(row["title"].as_str())).collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn the_same_person_is_found_by_everything_known_of_her() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let lead = world.sign_in("lead_sz").await;
        for typed in [
            "李秀英",
            "李秀",
            "lixiuying",
            "lixiu",
            "lxy",
            "LXY",
            "13800001234",
            "1234",
            "00001234",
            "+86 138-0000-1234",
            "0755-2671234",
            "粤BD12345",
            "粤B·D12345",
            "P-2019-0001",
            "C-li",
        ] {
            let query: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let found = lead.get(&format!("/api/search?q={query}")).await;
            assert_eq!(names(&found), ["李秀英"], "{typed}: {}", found.body);
            let listed = lead.get(&format!("/api/customers?q={query}")).await;
            assert_eq!(names(&listed), ["李秀英"], "{typed}: {}", listed.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_hit_says_what_was_met_and_colleagues_are_found_by_those_who_may_read_staff() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let lead = world.sign_in("lead_sz").await;
        for (typed, met) in [
            ("%E6%9D%8E%E7%A7%80", "name"),
            ("lixiu", "pinyin"),
            ("lxy", "initials"),
            ("00001234", "phone"),
            ("%E7%B2%A4BD12345", "plate"),
            ("P-2019-0001", "agreement"),
            ("C-li", "outside_id"),
        ] {
            let found = lead.get(&format!("/api/search?q={typed}")).await.body;
            assert_eq!(
                (&found[0]["kind"], &found[0]["matched"]),
                (&Value::from("customer"), &Value::from(met)),
                "{found}"
            );
        }
        // 王 is a colleague of 深圳; 刘 is a customer there, and a colleague in 上海.
        let wang = "/api/search?q=%E7%8E%8B%E8%8A%B3";
        for (login, kinds) in
            [("lead_sz", vec!["staff"]), ("admin", vec!["staff"]), ("lead_sh", vec![]), ("wang", vec![])]
        {
            let found = world.sign_in(login).await.get(wang).await;
            let met: Vec<&str> =
                found.body.as_array().expect("hits").iter().filter_map(|hit| hit["kind"].as_str()).collect();
            assert_eq!((found.status, met), (200, kinds), "{login}: {}", found.body);
        }
        let admin = world.sign_in("admin").await;
        assert_eq!(
            admin.get("/api/search?q=lxy").await.body,
            serde_json::json!([]),
            "who reads no customers finds none"
        );
        assert_eq!(admin.get("/api/search?q=%20").await.body, serde_json::json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_other_branch_is_nowhere_to_be_seen() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (li, sun) = (world.customer("li"), world.customer("sun"));
        for (login, seen) in [("lead_sz", 6), ("lead_sh", 2), ("wang", 3), ("liu", 2), ("hq", 8), ("qa", 8)] {
            let list = world.sign_in(login).await.get("/api/customers").await;
            assert_eq!((names(&list).len(), &list.body["about"]), (seen, &Value::from(seen)), "{login}");
        }
        let liu = world.sign_in("liu").await;
        assert!(names(&liu.get("/api/search?q=lxy").await).is_empty());
        assert!(names(&liu.get("/api/customers?q=1234").await).is_empty());
        assert_eq!(liu.get(&format!("/api/customers/{li}")).await.body["code"], "customer_not_found");
        assert_eq!(liu.get(&format!("/api/customers/{li}/timeline")).await.status, 404);
        assert_eq!(liu.get(&format!("/api/customers/{sun}")).await.status, 200);
        for login in ["boss", "admin"] {
            assert_eq!(world.sign_in(login).await.get("/api/customers").await.status, 403, "{login}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_list_hold_everybody_once() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        for sort in ["newest", "name"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = hq.get(&format!("/api/customers?limit=3&sort={sort}{cursor}")).await;
                seen.extend(names(&page).into_iter().map(str::to_owned));
                match page.body["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen.len(), 8, "{sort}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 8, "{sort}");
        }
        let gold = hq.get("/api/customers?tier=gold&sort=name").await;
        assert_eq!(names(&gold).len(), 2);
        assert_eq!(names(&hq.get("/api/customers?owner=none").await), ["吴晓兰"]);
        let nanshan = format!("/api/customers?unit={}", world.unit("shenzhen"));
        assert_eq!(names(&hq.get(&nanshan).await).len(), 6);
    })
    .await;
}

#[tokio::test]
async fn a_list_narrowed_to_thousands_is_paged_like_any_other() {
    each_store(async |world| {
        use tend_app::customer::{Draft, ListAsk, Narrow, create_many, list};
        use tend_rules::{journal::Doer, org::Scope};
        let drafts: Vec<Draft> = (0..2_100)
            .map(|number| {
                let mut draft = Draft::blank(&world.app, world.unit("nanshan"));
                draft.file.name = format!("客户{number}");
                draft
            })
            .collect();
        let ids: Vec<_> = drafts.iter().map(|draft| draft.file.id).collect();
        let tx = world.app.begin().await.expect("a transaction");
        create_many(&world.app, &tx, Doer::Program("test"), "test", drafts).await.expect("customers");
        tx.commit().await.expect("on file");
        let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), None);
        loop {
            let narrow = Narrow { ids: Some(ids.clone()), ..Narrow::default() };
            let ask = ListAsk { narrow, limit: 700, cursor: cursor.clone(), ..ListAsk::default() };
            let page = list(&world.app, &Scope::Firm, ask).await.expect("a page");
            assert_eq!(page.about, cursor.is_none().then_some(2_100));
            seen.extend(page.rows.iter().map(|row| row.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 2_100);
    })
    .await;
}
