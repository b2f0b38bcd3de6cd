-- Why: an outsider can check who did and saw what: facts are sealed into hash-chained blocks under signed heads.
-- Nothing here is written twice, except that a salt is destroyed when a customer is to be forgotten.

-- Facts that wait to be sealed: written with the fact, taken away with its entry.
CREATE TABLE ledger_waiting (
    bucket   SMALLINT NOT NULL,
    fact_id  {uuid}   NOT NULL,
    PRIMARY KEY (bucket, fact_id)
) {clustered};

-- `position` counts the entries of a bucket from 0.
CREATE TABLE ledger_entry (
    bucket      SMALLINT NOT NULL,
    position    BIGINT   NOT NULL,
    fact_id     {uuid}   NOT NULL,
    salt        {bytes},
    commitment  {bytes}  NOT NULL,
    PRIMARY KEY (bucket, position)
) {clustered};
CREATE UNIQUE INDEX ledger_entry_by_fact ON ledger_entry (bucket, fact_id);

-- `number` counts the blocks of the firm from 0, `height` those of the bucket.
CREATE TABLE ledger_block (
    number          BIGINT   NOT NULL PRIMARY KEY,
    bucket          SMALLINT NOT NULL,
    height          BIGINT   NOT NULL,
    first_position  BIGINT   NOT NULL,
    entries         BIGINT   NOT NULL,
    before          {bytes}  NOT NULL,
    root            {bytes}  NOT NULL,
    at_ms           BIGINT   NOT NULL
);
CREATE UNIQUE INDEX ledger_block_by_bucket ON ledger_block (bucket, height);

CREATE TABLE ledger_head (
    number        BIGINT  NOT NULL PRIMARY KEY,
    at_ms         BIGINT  NOT NULL,
    blocks        BIGINT  NOT NULL,
    entries       BIGINT  NOT NULL,
    log_root      {bytes} NOT NULL,
    buckets_root  {bytes} NOT NULL,
    before        {bytes} NOT NULL,
    signer        {bytes} NOT NULL,
    signature     {bytes} NOT NULL
);

INSERT INTO ledger_waiting (bucket, fact_id)
SELECT bucket, id FROM journal_fact;
