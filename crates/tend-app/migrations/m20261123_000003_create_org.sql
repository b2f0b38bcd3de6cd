-- Why: the people of the firm, the tree they sit in, and how they sign in. Small tables: reference tables on Citus.

CREATE TABLE unit (
    id          {uuid}  NOT NULL PRIMARY KEY,
    parent_id   {uuid}  REFERENCES unit (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('hq', 'channel', 'team')),
    name        TEXT    NOT NULL,
    region      TEXT    NOT NULL DEFAULT '',
    version     BIGINT  NOT NULL DEFAULT 1,
    created_at_ms BIGINT NOT NULL
);

-- Every pair of unit and ancestor, itself included at depth 0: scope is one join, no recursion.
CREATE TABLE unit_closure (
    ancestor_id    {uuid}   NOT NULL REFERENCES unit (id),
    descendant_id  {uuid}   NOT NULL REFERENCES unit (id),
    depth          SMALLINT NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX unit_closure_by_descendant ON unit_closure (descendant_id);

CREATE TABLE staff (
    id                {uuid}   NOT NULL PRIMARY KEY,
    unit_id           {uuid}   NOT NULL REFERENCES unit (id),
    login             TEXT     NOT NULL UNIQUE,
    name              TEXT     NOT NULL,
    role              TEXT     NOT NULL CHECK (role IN ('hq', 'channel_lead', 'maintainer', 'specialist', 'quality', 'executive', 'admin')),
    capacity_per_day  SMALLINT NOT NULL DEFAULT 60,
    languages         TEXT     NOT NULL DEFAULT 'zh',
    skills            TEXT     NOT NULL DEFAULT '',
    password_hash     TEXT     NOT NULL,
    totp_cell         {bytes},
    preferences       TEXT     NOT NULL DEFAULT '{}',
    version           BIGINT   NOT NULL DEFAULT 1,
    created_at_ms     BIGINT   NOT NULL
);
CREATE INDEX staff_by_unit ON staff (unit_id);

-- A departure is a row with who and when; its absence means the person works here.
CREATE TABLE staff_departure (
    staff_id     {uuid}   NOT NULL PRIMARY KEY REFERENCES staff (id),
    left_on_day  INTEGER  NOT NULL,
    heir_id      {uuid}   REFERENCES staff (id),
    recorded_by  {uuid}   NOT NULL,
    at_ms        BIGINT   NOT NULL
);

CREATE TABLE staff_session (
    token_hash     {bytes}  NOT NULL PRIMARY KEY,
    id             {uuid}   NOT NULL UNIQUE,
    staff_id       {uuid}   NOT NULL REFERENCES staff (id),
    created_at_ms  BIGINT   NOT NULL,
    seen_at_ms     BIGINT   NOT NULL,
    expires_at_ms  BIGINT   NOT NULL,
    agent          TEXT     NOT NULL DEFAULT ''
);
CREATE INDEX staff_session_by_staff ON staff_session (staff_id);

-- Failed sign-ins by login name, whether or not such a person exists, so that both look alike.
CREATE TABLE sign_in_failure (
    login  TEXT    NOT NULL,
    at_ms  BIGINT  NOT NULL,
    id     {uuid}  NOT NULL PRIMARY KEY
);
CREATE INDEX sign_in_failure_by_login ON sign_in_failure (login, at_ms);
