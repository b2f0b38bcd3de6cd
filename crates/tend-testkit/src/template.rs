//! Databases in which all migrations ran and the cast is hired, made once for a test program and copied for each of its
//! tests: a test begins in a tenth of the time. One for each program as it was built, since another may know other migrations.

use crate::firm;
use crate::world::{KEY, standing_clock};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tend_app::App;
use tend_app::platform::{Config, Keyring};

/// Puts a copy of the migrated file into the folder of a firm.
pub(crate) async fn copy_file(to: &Path) {
    let (program, built) = program();
    let template = program.with_extension("template.db");
    let age = template.metadata().and_then(|about| about.modified());
    if !age.is_ok_and(|made| made > built) {
        // Two tests may make it at once: each its own, and the last name wins.
        let making = tempfile::tempdir_in(template.parent().expect("a program lies in a folder")).expect("a folder");
        founded("sqlite".into(), making.path()).await;
        std::fs::rename(making.path().join("tend.db"), &template).expect("a template");
    }
    std::fs::copy(template, to.join("tend.db")).expect("a copy of the template");
}

/// Makes a database that is a copy of the migrated one.
pub(crate) async fn copy_database(root: &DatabaseConnection, base: &str, name: &str) {
    let mut mark = DefaultHasher::new();
    program().hash(&mut mark);
    let template = format!("tend_template_{:016x}", mark.finish());
    // The lock lasts as long as the transaction; a database cannot be made in one, so another connection makes it.
    let turn = root.begin().await.expect("a transaction");
    turn.execute_unprepared("SELECT pg_advisory_xact_lock(7305804)").await.expect("a turn");
    let known = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT 1 FROM pg_database WHERE datname = $1",
        [template.as_str().into()],
    );
    if turn.query_one_raw(known).await.expect("the list of databases").is_none() {
        make(root, base, &template).await;
    }
    turn.commit().await.expect("the turn ends");
    root.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("a copy");
}

/// Under another name until it is whole: a test that is stopped half way leaves no half template.
async fn make(root: &DatabaseConnection, base: &str, template: &str) {
    let making = format!("{template}_making");
    let (drop, create) =
        (format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), format!("CREATE DATABASE {making}"));
    for statement in [drop, create] {
        root.execute_unprepared(&statement).await.expect("a new database");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    founded(format!("{base}/{making}"), folder.path()).await;
    // What is still connected would hold the copies up.
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{making}'");
    root.execute_unprepared(&end).await.expect("nobody is connected");
    root.execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {template}")).await.expect("a template");
}

/// Brings an empty database to the newest shape, hires the cast and lets go of it.
async fn founded(database: String, folder: &Path) {
    let config = Config { database, data: folder.to_path_buf(), ..Config::default() };
    let app = App::open(config, Keyring::of(KEY), standing_clock()).await.expect("the database opens");
    tend_app::join_rooms();
    firm::hire(&app).await;
    if app.db().backend() == DbBackend::Sqlite {
        app.db().writer().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("all lies in the file");
    }
    let (reader, writer) = (app.db().read().clone(), app.db().writer().clone());
    for connection in [reader, writer] {
        connection.close().await.expect("the database closes");
    }
}

/// The running program, and when it was built.
fn program() -> (PathBuf, SystemTime) {
    let program = std::env::current_exe().expect("a test program has a path");
    let built = program.metadata().and_then(|about| about.modified()).expect("a test program has an age");
    (program, built)
}
