-- Why: a file of many customers leaves the firm only by name: who asked, for which customers and columns, who agreed, and
-- what was fetched. Whom it is about is written down when it is asked for, so that what is agreed to is what is made.

CREATE TABLE customer_export (
    id              {uuid}  NOT NULL PRIMARY KEY,
    mark            BIGINT  NOT NULL UNIQUE,       -- the number in its watermark
    whom            TEXT    NOT NULL,
    columns         TEXT    NOT NULL,              -- comma separated
    format          TEXT    NOT NULL CHECK (format IN ('csv', 'xlsx')),
    reason          TEXT    NOT NULL,
    objections      TEXT    NOT NULL DEFAULT '',   -- comma separated; empty: nobody else needed to agree
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'agreed', 'ready', 'refused', 'withdrawn', 'failed', 'expired')),
    by_id           {uuid}  NOT NULL,
    unit_id         {uuid}  NOT NULL,
    total           BIGINT  NOT NULL,
    written         BIGINT  NOT NULL DEFAULT 0,
    file_bytes      BIGINT  NOT NULL DEFAULT 0,
    file_sha256     TEXT    NOT NULL DEFAULT '',
    fetched         BIGINT  NOT NULL DEFAULT 0,
    decided_by      {uuid},
    decided_reason  TEXT    NOT NULL DEFAULT '',
    decided_at_ms   BIGINT,
    failure         TEXT,
    created_at_ms   BIGINT  NOT NULL,
    expires_at_ms   BIGINT  NOT NULL
);
CREATE INDEX customer_export_by_person ON customer_export (by_id, id);
CREATE INDEX customer_export_by_unit ON customer_export (unit_id, id);
CREATE INDEX customer_export_by_expiry ON customer_export (state, expires_at_ms);

CREATE TABLE customer_export_row (
    bucket       SMALLINT NOT NULL,
    export_id    {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    PRIMARY KEY (bucket, export_id, customer_id)
) {clustered};
CREATE INDEX customer_export_row_by_customer ON customer_export_row (bucket, customer_id);

-- Records that a person took out alone on a day: kept by one conditional update, as the tally of opened fields.
CREATE TABLE export_tally (
    staff_id  {uuid}   NOT NULL REFERENCES staff (id),
    on_day    INTEGER  NOT NULL,
    weight    TEXT     NOT NULL,
    taken     BIGINT   NOT NULL,
    PRIMARY KEY (staff_id, on_day, weight)
);
