-- Why: care plans as text with versions, the words that go with them, and what each night decided.

CREATE TABLE playbook (
    key              TEXT   NOT NULL PRIMARY KEY,
    title_zh         TEXT   NOT NULL,
    title_en         TEXT   NOT NULL,
    installed_at_ms  BIGINT NOT NULL,
    installed_by     TEXT   NOT NULL
);

CREATE TABLE plan (
    id             {uuid}   NOT NULL PRIMARY KEY,
    key            TEXT     NOT NULL UNIQUE,
    playbook       TEXT     NOT NULL DEFAULT '',
    draft          TEXT,
    published_version INTEGER,
    version        BIGINT   NOT NULL DEFAULT 1,
    created_at_ms  BIGINT   NOT NULL
);

CREATE TABLE plan_version (
    plan_id          {uuid}   NOT NULL REFERENCES plan (id),
    version          INTEGER  NOT NULL,
    text             TEXT     NOT NULL,
    published_at_ms  BIGINT   NOT NULL,
    published_by     TEXT     NOT NULL,
    reason           TEXT     NOT NULL,
    PRIMARY KEY (plan_id, version)
);

-- A pause is a row; its absence means the plan runs.
CREATE TABLE plan_pause (
    plan_id    {uuid}  NOT NULL PRIMARY KEY REFERENCES plan (id),
    reason     TEXT    NOT NULL,
    paused_by  TEXT    NOT NULL,
    at_ms      BIGINT  NOT NULL
);

CREATE TABLE script (
    key       TEXT NOT NULL PRIMARY KEY,
    playbook  TEXT NOT NULL,
    body      TEXT NOT NULL
);

CREATE TABLE template (
    key       TEXT NOT NULL PRIMARY KEY,
    playbook  TEXT NOT NULL,
    channel   TEXT NOT NULL,
    body      TEXT NOT NULL
);

CREATE TABLE outcome_code (
    business_type  TEXT     NOT NULL,
    code           TEXT     NOT NULL,
    place          SMALLINT NOT NULL,
    title_zh       TEXT     NOT NULL,
    title_en       TEXT     NOT NULL,
    reached        TEXT     NOT NULL CHECK (reached IN ('yes', 'no')),
    result         TEXT     NOT NULL CHECK (result IN ('done', 'again', 'failed')),
    needs_note     TEXT     NOT NULL CHECK (needs_note IN ('yes', 'no')),
    next_days      INTEGER,
    PRIMARY KEY (business_type, code)
);

CREATE TABLE plan_run (
    day             INTEGER  NOT NULL PRIMARY KEY,
    first_at_ms     BIGINT   NOT NULL,
    last_at_ms      BIGINT   NOT NULL,
    runs            INTEGER  NOT NULL DEFAULT 1,
    counts          TEXT     NOT NULL
);

-- The night's decisions per bucket: customer, chosen plan and the deciding reason per plan, compactly coded
-- (plan/decisions.rs). Kept 400 days.
CREATE TABLE plan_decision (
    bucket   SMALLINT NOT NULL,
    day      INTEGER  NOT NULL,
    content  {bytes}  NOT NULL,
    PRIMARY KEY (bucket, day)
) {clustered};

CREATE TABLE segment (
    id             {uuid}   NOT NULL PRIMARY KEY,
    name           TEXT     NOT NULL,
    expression     TEXT     NOT NULL,
    owner_id       {uuid}   NOT NULL,
    shared         TEXT     NOT NULL DEFAULT 'no' CHECK (shared IN ('yes', 'no')),
    layout         TEXT     NOT NULL DEFAULT '{}',
    version        BIGINT   NOT NULL DEFAULT 1,
    created_at_ms  BIGINT   NOT NULL
);
