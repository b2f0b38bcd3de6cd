-- Why: every change leaves a fact in the same transaction; timeline, change feed and ledger are read from here.
-- `customer_id` is the nil id for facts of the firm itself, which live in bucket 0. Insert only.

CREATE TABLE journal_fact (
    bucket       SMALLINT NOT NULL,
    id           {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    at_ms        BIGINT   NOT NULL,
    actor        TEXT     NOT NULL,
    room         TEXT     NOT NULL,
    kind         TEXT     NOT NULL,
    payload      TEXT     NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX journal_fact_by_customer ON journal_fact (bucket, customer_id, id);
CREATE INDEX journal_fact_by_time ON journal_fact (at_ms);
