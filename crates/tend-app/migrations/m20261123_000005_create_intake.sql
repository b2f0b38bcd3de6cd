-- Why: a batch is answerable for every row it brought: accepted, refused or a duplicate, and how to take it back.

CREATE TABLE upload (
    id             {uuid}   NOT NULL PRIMARY KEY,
    file_name      TEXT     NOT NULL,
    size_bytes     BIGINT   NOT NULL,
    sha256         TEXT     NOT NULL,
    uploaded_by    {uuid}   NOT NULL,
    unit_id        {uuid}   NOT NULL,
    at_ms          BIGINT   NOT NULL,
    shape          TEXT     NOT NULL DEFAULT '{}',   -- what was found: format, encoding, headings
    check_result   TEXT     NOT NULL DEFAULT '{}'
);

-- A mapping remembered for a source: the fingerprint of its headings.
CREATE TABLE remembered_mapping (
    fingerprint  TEXT    NOT NULL PRIMARY KEY,
    mapping      TEXT    NOT NULL,
    used_at_ms   BIGINT  NOT NULL
);

CREATE TABLE batch (
    id             {uuid}   NOT NULL PRIMARY KEY,
    name           TEXT     NOT NULL,
    target         TEXT     NOT NULL CHECK (target IN ('customers', 'orders')),
    business_type  TEXT     NOT NULL DEFAULT '',
    reason         TEXT     NOT NULL DEFAULT '',
    state          TEXT     NOT NULL CHECK (state IN ('importing', 'imported', 'failed', 'undoing', 'undone')),
    file_name      TEXT     NOT NULL,
    file_sha256    TEXT     NOT NULL,
    upload_id      {uuid},
    mapping        TEXT     NOT NULL,
    options        TEXT     NOT NULL DEFAULT '{}',   -- fixes, edits, what to do with duplicates
    unit_id        {uuid}   NOT NULL,
    created_by     {uuid}   NOT NULL,
    rows_done      BIGINT   NOT NULL DEFAULT 0,       -- source rows settled; a resumed import goes on behind them
    accepted       BIGINT   NOT NULL DEFAULT 0,
    rejected       BIGINT   NOT NULL DEFAULT 0,
    duplicates     BIGINT   NOT NULL DEFAULT 0,
    created        BIGINT   NOT NULL DEFAULT 0,
    updated        BIGINT   NOT NULL DEFAULT 0,
    failure        TEXT,
    created_at_ms  BIGINT   NOT NULL,
    finished_at_ms BIGINT,
    UNIQUE (name)
);

-- What a row did to a customer, with what stood there before: the undo of a batch reads it backwards.
CREATE TABLE batch_entry (
    bucket       SMALLINT NOT NULL,
    batch_id     {uuid}   NOT NULL,
    row_number   BIGINT   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    deed         TEXT     NOT NULL CHECK (deed IN ('created', 'updated', 'duplicate')),
    before       TEXT     NOT NULL DEFAULT '',   -- sealed JSON of what the row changed, base64
    reason       TEXT     NOT NULL DEFAULT '',
    version_after BIGINT  NOT NULL DEFAULT 1,
    PRIMARY KEY (bucket, batch_id, row_number, customer_id)
) {clustered};
CREATE INDEX batch_entry_by_customer ON batch_entry (bucket, customer_id);
CREATE INDEX batch_entry_by_batch ON batch_entry (batch_id, row_number);

CREATE TABLE batch_problem (
    batch_id     {uuid}   NOT NULL,
    row_number   BIGINT   NOT NULL,
    place        INTEGER  NOT NULL,
    heading      TEXT     NOT NULL,
    code         TEXT     NOT NULL,
    severity     TEXT     NOT NULL,
    cell         {bytes}  NOT NULL,              -- the offending text, sealed with the firm's key
    suggestion   {bytes},
    PRIMARY KEY (batch_id, row_number, place)
);
