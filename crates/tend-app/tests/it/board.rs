//! The board: columns that page on, a lane for everybody, moves that never overwrite what somebody else changed.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::work::NewTouch;
use tend_testkit::{Client, World, each_store};

/// So many renewals on 王芳's list, one a day from today backwards.
async fn orders(world: &mut World, many: i32) {
    let li = world.welcome("li").await;
    let first = renewal(world, li, "nanshan", Some("wang"));
    let each = (0..many).map(|back| NewTouch { due: first.due - back, ..first.clone() });
    make(world, each.collect()).await;
}

async fn first_of(client: &Client) -> (String, i64) {
    let row = client.get("/api/touches?limit=1").await.body["items"][0].clone();
    (row["id"].as_str().expect("an id").to_owned(), row["version"].as_i64().expect("a version"))
}

fn lane<'a>(board: &'a Value, name: &str) -> &'a Value {
    let found = board.as_array().expect("columns").iter().find(|column| column["name"] == name);
    found.unwrap_or_else(|| panic!("{name} has a lane in {board}"))
}

#[tokio::test]
async fn a_column_pages_on_where_its_rows_end() {
    each_store(async |mut world| {
        orders(&mut world, 5).await;
        let lead = world.sign_in("lead_sz").await;
        let board = lead.get("/api/board?rows=2").await.body;
        assert_eq!((&board[0]["key"], &board[0]["count"]), (&json!("assigned"), &json!(5)));
        let shown = board[0]["rows"].as_array().expect("rows").clone();
        let next = board[0]["next"].as_str().expect("more").to_owned();
        let rest = lead.get(&format!("/api/touches?state=assigned&cursor={next}")).await.body;
        let rest = rest["items"].as_array().expect("items").clone();
        assert_eq!((shown.len(), rest.len()), (2, 3));
        assert!(rest.iter().all(|row| !shown.iter().any(|seen| seen["id"] == row["id"])));
        assert_eq!(lead.get("/api/board?rows=5").await.body[0]["next"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn everybody_has_a_lane_with_load_against_capacity() {
    each_store(async |mut world| {
        orders(&mut world, 3).await;
        let lead = world.sign_in("lead_sz").await;
        let board = lead.get("/api/board?group=person").await.body;
        let wang = lane(&board, "王芳");
        assert_eq!((&wang["load"], &wang["capacity"], &wang["overdue"]), (&json!(3), &json!(60), &json!(2)));
        assert_eq!((&lane(&board, "赵强")["count"], &lane(&board, "赵强")["load"]), (&json!(0), &json!(0)));
        let team = lead.get(&format!("/api/board?group=person&unit={}", world.unit("futian"))).await.body;
        assert_eq!(team.as_array().expect("columns").len(), 1, "only 福田: {team}");
    })
    .await;
}

#[tokio::test]
async fn a_drag_moves_what_still_is_as_it_was_seen() {
    each_store(async |mut world| {
        orders(&mut world, 1).await;
        let (lead, zhao) = (world.sign_in("lead_sz").await, world.sign_in("zhao").await);
        let mut line = zhao.listen("/api/events").await;
        line.next().await;
        let (touch, version) = first_of(&lead).await;
        let to_zhao = json!({ "touch_id": touch, "version": version, "staff_id": world.staff("zhao") });
        let made = lead.post("/api/board/moves", json!({ "moves": [to_zhao] })).await;
        assert_eq!(made.status, 200, "{}", made.body);
        assert_eq!((&made.body["moved"][0]["owner"]["name"], &made.body["refused"]), (&json!("赵强"), &json!([])));
        let heard = line.next_within(std::time::Duration::from_secs(1)).await.expect("heard within a second");
        assert_eq!(heard.data["id"], json!(touch));
        let stale = lead.post("/api/board/moves", json!({ "moves": [to_zhao] })).await.body;
        let refused = &stale["refused"][0];
        assert_eq!((&refused["code"], &refused["touch"]["owner"]["name"]), (&json!("touch_changed"), &json!("赵强")));
        let wait = json!({ "touch_id": touch, "version": version + 1, "unit_id": world.unit("futian") });
        let made = lead.post("/api/board/moves", json!({ "moves": [wait] })).await.body;
        assert_eq!((&made["moved"][0]["state"], &made["moved"][0]["owner"]), (&json!("planned"), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn a_move_out_of_the_own_tree_is_refused() {
    each_store(async |mut world| {
        orders(&mut world, 1).await;
        let (sz, sh) = (world.sign_in("lead_sz").await, world.sign_in("lead_sh").await);
        let (touch, version) = first_of(&sz).await;
        let to_liu = json!({ "moves": [{ "touch_id": touch, "version": version, "staff_id": world.staff("liu") }] });
        assert_eq!(sz.post("/api/board/moves", to_liu.clone()).await.body["refused"][0]["code"], "staff_not_found");
        let refused = sh.post("/api/board/moves", to_liu).await.body;
        assert_eq!(
            (&refused["refused"][0]["code"], &refused["refused"][0]["touch"]),
            (&json!("touch_not_found"), &Value::Null)
        );
        let nowhere = json!({ "moves": [{ "touch_id": touch, "version": version }] });
        assert_eq!(sz.post("/api/board/moves", nowhere).await.status, 422);
    })
    .await;
}

#[tokio::test]
async fn a_balance_is_proposed_then_applied_as_it_was_shown() {
    each_store(async |mut world| {
        orders(&mut world, 4).await;
        let lead = world.sign_in("lead_sz").await;
        let ask = json!({ "unit_id": world.unit("nanshan"), "dry_run": true });
        let proposal = lead.post("/api/board/balance", ask).await.body;
        let moves = proposal.as_array().expect("moves").clone();
        assert!(!moves.is_empty(), "王芳 has four and 赵强 none");
        assert_eq!((&moves[0]["from_name"], &moves[0]["to_name"]), (&json!("王芳"), &json!("赵强")));
        assert_eq!((&moves[0]["customer"]["name"], &moves[0]["title"]), (&json!("李秀英"), &json!("Renewal reminder")));
        let agreed: Vec<Value> = moves
            .iter()
            .map(|one| json!({ "touch_id": one["touch_id"], "version": one["version"], "staff_id": one["to"] }))
            .collect();
        let made = lead.post("/api/board/moves", json!({ "moves": agreed })).await.body;
        assert_eq!(made["moved"].as_array().expect("moved").len(), moves.len());
        let board = lead.get("/api/board?group=person").await.body;
        assert_eq!(lane(&board, "赵强")["load"], json!(moves.len()));
    })
    .await;
}
