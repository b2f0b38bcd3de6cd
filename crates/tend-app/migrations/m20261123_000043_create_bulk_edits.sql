-- Why: one change of many customers runs in parts, can be stopped half way and taken back: each row remembers what
-- stood there before, and a killed run goes on with the rows that still wait.

CREATE TABLE bulk_edit (
    id              {uuid}  NOT NULL PRIMARY KEY,
    title           TEXT    NOT NULL,
    whom            TEXT    NOT NULL,
    deed            TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'gathering', 'running', 'stopping', 'stopped', 'done', 'failed', 'undoing', 'undone')),
    by_id           {uuid}  NOT NULL,
    unit_id         {uuid}  NOT NULL,
    total           BIGINT  NOT NULL DEFAULT 0,
    changed         BIGINT  NOT NULL DEFAULT 0,
    unchanged       BIGINT  NOT NULL DEFAULT 0,
    refused         BIGINT  NOT NULL DEFAULT 0,
    undone          BIGINT  NOT NULL DEFAULT 0,
    kept            BIGINT  NOT NULL DEFAULT 0,
    failure         TEXT,
    created_at_ms   BIGINT  NOT NULL,
    finished_at_ms  BIGINT,
    version         BIGINT  NOT NULL DEFAULT 1
);
CREATE INDEX bulk_edit_by_unit ON bulk_edit (unit_id, id);
CREATE INDEX bulk_edit_by_person ON bulk_edit (by_id, id);

CREATE TABLE bulk_edit_row (
    bucket       SMALLINT NOT NULL,
    bulk_id      {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    state        TEXT     NOT NULL CHECK (state IN ('waiting', 'changed', 'unchanged', 'refused', 'undone', 'kept')),
    reason       TEXT     NOT NULL DEFAULT '',
    before       TEXT     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, bulk_id, customer_id)
) {clustered};
CREATE INDEX bulk_edit_row_by_state ON bulk_edit_row (bulk_id, state, bucket, customer_id);
CREATE INDEX bulk_edit_row_by_customer ON bulk_edit_row (bucket, customer_id);
