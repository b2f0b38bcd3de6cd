-- Why: a consent speaks of a purpose as well as a channel, with proof; what a court or an auditor needs is held back from
-- every deletion; requests of customers have a register with due days.

-- What a customer said about one purpose, where it differs from what holds for all ('every'). The rows of
-- customer_consent are the proof.
CREATE TABLE consent_stance (
    bucket       SMALLINT NOT NULL,
    customer_id  {uuid}   NOT NULL,
    purpose      TEXT     NOT NULL,
    channel      TEXT     NOT NULL,
    stance       TEXT     NOT NULL CHECK (stance IN ('given', 'refused', 'unknown')),
    since_ms     BIGINT   NOT NULL,
    PRIMARY KEY (bucket, customer_id, purpose, channel)
) {clustered};

ALTER TABLE customer_consent ADD COLUMN purpose TEXT NOT NULL DEFAULT 'every';
ALTER TABLE customer_consent ADD COLUMN how TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_consent ADD COLUMN said_by TEXT NOT NULL DEFAULT 'customer';
ALTER TABLE customer_consent ADD COLUMN text_version TEXT NOT NULL DEFAULT '';

-- A hold on the nil customer, in bucket 0, holds everything in the firm. Reasons are sealed with the firm's key.
CREATE TABLE legal_hold (
    bucket          SMALLINT NOT NULL,
    id              {uuid}   NOT NULL,
    customer_id     {uuid}   NOT NULL,
    reason_cell     {bytes}  NOT NULL,
    from_day        INTEGER  NOT NULL,
    until_day       INTEGER,
    placed_by       TEXT     NOT NULL,
    at_ms           BIGINT   NOT NULL,
    released_by     TEXT,
    released_at_ms  BIGINT,
    release_cell    {bytes},
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX legal_hold_by_customer ON legal_hold (bucket, customer_id);

-- What other rooms ask before they delete.
CREATE VIEW customer_hold AS
SELECT h.bucket, h.customer_id, h.from_day, h.until_day
FROM legal_hold h
WHERE h.released_at_ms IS NULL;

-- Outlives the customer: after an erasure only the day, the kind and the people stay.
CREATE TABLE rights_request (
    bucket          SMALLINT NOT NULL,
    id              {uuid}   NOT NULL,
    customer_id     {uuid}   NOT NULL,
    unit_id         {uuid}   NOT NULL,
    kind            TEXT     NOT NULL CHECK (kind IN ('copy', 'correction', 'erasure', 'objection')),
    state           TEXT     NOT NULL CHECK (state IN ('open', 'waiting', 'done', 'refused')),
    received_day    INTEGER  NOT NULL,
    due_day         INTEGER  NOT NULL,
    rule_key        TEXT     NOT NULL,
    note_cell       {bytes},
    answer_cell     {bytes},
    opened_by       TEXT     NOT NULL,
    opened_at_ms    BIGINT   NOT NULL,
    decided_by      TEXT,
    decided_at_ms   BIGINT,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX rights_request_by_customer ON rights_request (bucket, customer_id);
CREATE INDEX rights_request_by_due ON rights_request (state, due_day);
CREATE INDEX contact_by_day ON contact (day);
CREATE INDEX touch_by_end ON touch (finished_at_ms);
