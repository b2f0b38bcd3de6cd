//! The yardstick of `make bench`: a bare axum server that looks one row up in SQLite by its key. No sign-in, no scope,
//! no decryption. What Tend serves is given as a ratio to it.
//!
//! `bare FOLDER ROWS` prints its address when it is ready.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use sea_orm::Value;
use serde_json::json;
use tend_app::platform::{Db, insert_many, sql};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().unwrap_or_else(|| ".".into());
    let rows: i64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(20_000);
    let db = Db::connect(&format!("sqlite://{folder}/bare.db?mode=rwc")).await?;
    fill(&db, rows).await?;
    let router = Router::new().route("/item/{id}", get(item)).with_state(db);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("ready at http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn fill(db: &Db, rows: i64) -> anyhow::Result<()> {
    let tx = db.begin().await?;
    sql("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL)")
        .run(&tx)
        .await?;
    let row = |id: i64| -> Vec<Value> { vec![id.into(), format!("name {id}").into(), "南山".into()] };
    insert_many(&tx, "item", &["id", "name", "region"], (0..rows).map(row).collect(), "").await?;
    tx.commit().await?;
    Ok(())
}

async fn item(State(db): State<Db>, Path(id): Path<i64>) -> Result<Json<serde_json::Value>, StatusCode> {
    let found = sql("SELECT name, region FROM item WHERE id = $1")
        .bind(id)
        .one(db.read(), |row| Ok((row.get::<String>("name")?, row.get::<String>("region")?)))
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let (name, region) = found.ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "id": id, "name": name, "region": region })))
}
