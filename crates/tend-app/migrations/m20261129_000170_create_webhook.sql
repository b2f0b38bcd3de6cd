-- Why: systems of others are told what happens here: signed, in order, at least once, from the numbered news.

-- `seen_seq` is the number of the last news that was told or not asked for; `fence` grows with each process that takes
-- the webhook in hand. `kinds` are patterns with spaces between. The secrets are sealed with the keys of the firm.
CREATE TABLE webhook (
    id                {uuid}   NOT NULL PRIMARY KEY,
    title             TEXT     NOT NULL,
    url               TEXT     NOT NULL,
    kinds             TEXT     NOT NULL,
    secret_cell       {bytes}  NOT NULL,
    former_cell       {bytes},
    former_until_ms   BIGINT,
    seen_seq          BIGINT   NOT NULL,
    tries             INTEGER  NOT NULL DEFAULT 0,
    failures          INTEGER  NOT NULL DEFAULT 0,
    failing_since_ms  BIGINT,
    last_error        TEXT,
    delivered_at_ms   BIGINT,
    next_try_ms       BIGINT   NOT NULL DEFAULT 0,
    lease_until_ms    BIGINT   NOT NULL DEFAULT 0,
    fence             BIGINT   NOT NULL DEFAULT 0,
    version           BIGINT   NOT NULL,
    made_by_id        {uuid}   NOT NULL,
    created_at_ms     BIGINT   NOT NULL
);

-- The row is the rest: who stopped it and when; nobody where the program did.
CREATE TABLE webhook_stop (
    webhook_id  {uuid}  NOT NULL PRIMARY KEY REFERENCES webhook (id),
    at_ms       BIGINT  NOT NULL,
    by_id       {uuid},
    why         TEXT    NOT NULL
);

-- Events that were given up, for a person to look at.
CREATE TABLE webhook_undelivered (
    webhook_id  {uuid}   NOT NULL REFERENCES webhook (id),
    seq         BIGINT   NOT NULL,
    kind        TEXT     NOT NULL,
    body        TEXT     NOT NULL,
    tries       INTEGER  NOT NULL,
    why         TEXT     NOT NULL,
    at_ms       BIGINT   NOT NULL,
    PRIMARY KEY (webhook_id, seq)
);
