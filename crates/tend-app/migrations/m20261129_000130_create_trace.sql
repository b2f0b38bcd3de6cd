-- Why: a sale must show every step that law and firm ask for, with evidence that nobody changes unnoticed; and remarks
-- are written in one form.

CREATE TABLE remark_form (
    business_type  TEXT    NOT NULL PRIMARY KEY,   -- empty: for every type without a form of its own
    playbook       TEXT    NOT NULL,
    body           TEXT    NOT NULL
);

CREATE TABLE trace_process (
    key            TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    playbook       TEXT    NOT NULL,               -- empty for the firm's own
    title_zh       TEXT    NOT NULL,
    title_en       TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    added_at_ms    BIGINT  NOT NULL,
    added_by       TEXT    NOT NULL,
    PRIMARY KEY (key, version)
);

CREATE TABLE trace (
    bucket           SMALLINT NOT NULL,
    id               {uuid}   NOT NULL,
    customer_id      {uuid}   NOT NULL,
    agreement_id     {uuid},
    product          TEXT     NOT NULL DEFAULT '',
    process_key      TEXT     NOT NULL,
    process_version  INTEGER  NOT NULL,            -- pinned: later versions do not touch it
    state            TEXT     NOT NULL CHECK (state IN ('open', 'sold', 'abandoned')),
    opened_by        {uuid}   NOT NULL,
    opened_at_ms     BIGINT   NOT NULL,
    closed_at_ms     BIGINT,
    gap_count        INTEGER  NOT NULL,            -- as of the last change; a close always asks anew
    due_at_ms        BIGINT,                       -- the earliest time limit of a gap
    version          BIGINT   NOT NULL DEFAULT 1,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX trace_by_customer ON trace (bucket, customer_id);
CREATE INDEX trace_by_state ON trace (state, opened_at_ms);

CREATE TABLE trace_turn (                          -- opened, sold, abandoned, reopened: who, when, why
    bucket     SMALLINT NOT NULL,
    id         {uuid}   NOT NULL,
    trace_id   {uuid}   NOT NULL,
    place      INTEGER  NOT NULL,                  -- its place in the trace
    at_ms      BIGINT   NOT NULL,
    cell       {bytes}  NOT NULL,                  -- the record, sealed
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX trace_turn_by_trace ON trace_turn (bucket, trace_id);

CREATE TABLE trace_evidence (                      -- added to, never changed: a correction names the former
    bucket         SMALLINT NOT NULL,
    id             {uuid}   NOT NULL,
    trace_id       {uuid}   NOT NULL,
    place          INTEGER  NOT NULL,              -- its place in the trace
    given_at_ms    BIGINT   NOT NULL,
    cell           {bytes}  NOT NULL,              -- the record, sealed
    file_key_cell  {bytes},                        -- the key of its file, sealed: it goes with the customer's
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX trace_evidence_by_trace ON trace_evidence (bucket, trace_id);
