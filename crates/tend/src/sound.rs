//! Whether an SQLite file is sound: all that `PRAGMA integrity_check` looks at, shared out to the processors. One looks at
//! the file (every page used once and in order, no rule of a column broken), the others table by table whether rows and
//! indexes name each other, which takes most of the time. SQLite alone does one after the other on one processor.

use sea_orm::DbErr;
use std::sync::{Arc, Mutex};
use tend_app::platform::{Db, sql};
use tokio::task::JoinSet;

/// As many as a database has readers.
const AT_ONCE_MAX: usize = 6;

enum Part {
    File,
    Table(String),
}

/// The first flaw that is found, in SQLite's words; none if the file is sound.
pub async fn flaw(db: &Db) -> Result<Option<String>, DbErr> {
    let tables = sql("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name LIMIT 10000");
    let tables = tables.all(db.read(), |row| row.get::<String>("name")).await?;
    let mut parts: Vec<Part> = tables.into_iter().map(Part::Table).collect();
    // Taken from the end: the file first.
    parts.push(Part::File);
    let parts = Arc::new(Mutex::new(parts));
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut looking = JoinSet::new();
    for _ in 0..processors.min(AT_ONCE_MAX) {
        looking.spawn(look(db.clone(), Arc::clone(&parts)));
    }
    let mut found = None;
    while let Some(looked) = looking.join_next().await {
        let flaw = looked.map_err(|error| DbErr::Custom(error.to_string()))??;
        found = found.or(flaw);
    }
    Ok(found)
}

/// Looks at one part after the other, until none is left or a flaw is found.
async fn look(db: Db, parts: Arc<Mutex<Vec<Part>>>) -> Result<Option<String>, DbErr> {
    let next = || parts.lock().expect("nobody panics while taking a part").pop();
    while let Some(part) = next() {
        let asked = match part {
            Part::File => sql("SELECT quick_check FROM pragma_quick_check LIMIT 1"),
            Part::Table(name) => sql("SELECT integrity_check FROM pragma_integrity_check($1) LIMIT 1").bind(&name),
        };
        let verdict: String = asked.value(db.read()).await?;
        if verdict != "ok" {
            return Ok(Some(verdict));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::ConnectionTrait;

    async fn flaw_after(statements: &str) -> Option<String> {
        let place = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", place.path().join("some.db").display());
        let db = Db::connect(&url).await.expect("opened");
        for statement in statements.split(';') {
            db.writer().execute_unprepared(statement).await.expect("carried out");
        }
        // Opened anew, the schema is read as it stands there now.
        let db = Db::connect(&url).await.expect("opened");
        flaw(&db).await.expect("looked at")
    }

    const SOUND: &str = "CREATE TABLE one (id INTEGER PRIMARY KEY, name TEXT) ; CREATE TABLE other (id INTEGER) ;
        CREATE INDEX named ON one (name) WHERE id > 1 ; INSERT INTO one VALUES (1, 'a'), (2, 'b')";

    #[tokio::test]
    async fn a_sound_file_has_no_flaw() {
        assert_eq!(flaw_after(SOUND).await, None);
    }

    #[tokio::test]
    async fn an_index_that_lacks_a_row_is_a_flaw() {
        let torn = "; PRAGMA writable_schema = ON ;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX named ON one (name)' WHERE name = 'named'";
        let flaw = flaw_after(&format!("{SOUND}{torn}")).await.expect("found");
        assert!(flaw.contains("index named"), "{flaw}");
    }

    #[tokio::test]
    async fn two_tables_on_the_same_pages_are_a_flaw() {
        let torn = "; PRAGMA writable_schema = ON ;
            UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'other')
            WHERE name = 'one'";
        assert!(flaw_after(&format!("{SOUND}{torn}")).await.is_some());
    }
}
