-- Why: what every room leans on: settings, the queue of work that must not be lost, answers already given.
-- Tokens in braces differ by database: see platform/migrate.rs.

CREATE TABLE setting (
    key        TEXT   NOT NULL PRIMARY KEY,
    value      TEXT   NOT NULL,
    set_at_ms  BIGINT NOT NULL
);

-- A job is written in the same transaction as its cause. `fence` grows with each claim; a worker whose
-- fence is old can no longer write.
CREATE TABLE job (
    id              {uuid}   NOT NULL PRIMARY KEY,
    queue           TEXT     NOT NULL,
    kind            TEXT     NOT NULL,
    payload         TEXT     NOT NULL,
    dedup_key       TEXT     NOT NULL UNIQUE,
    state           TEXT     NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    run_from_ms     BIGINT   NOT NULL,
    lease_until_ms  BIGINT   NOT NULL DEFAULT 0,
    fence           BIGINT   NOT NULL DEFAULT 0,
    attempts        INTEGER  NOT NULL DEFAULT 0,
    last_error      TEXT,
    progress        TEXT,
    created_at_ms   BIGINT   NOT NULL,
    finished_at_ms  BIGINT
);
CREATE INDEX job_by_turn ON job (queue, state, run_from_ms);

-- The answer to a mutating call by its idempotency key, so that a repeat changes nothing.
CREATE TABLE given_answer (
    staff_id       {uuid}   NOT NULL,
    key            TEXT     NOT NULL,
    request_hash   {bytes}  NOT NULL,
    status         SMALLINT NOT NULL,
    body           {bytes}  NOT NULL,
    given_at_ms    BIGINT   NOT NULL,
    PRIMARY KEY (staff_id, key)
);
CREATE INDEX given_answer_by_age ON given_answer (given_at_ms);
