-- Why: two records of one person are merged by hand and parted again. The record that was merged into another one leaves
-- `customer` and waits here as it stood, with what the merge changed in the one that stays; its sealed cells, labels and
-- proofs stay in their tables under its own id and key, where nobody finds them without its row in `customer`.

CREATE TABLE merged_customer (
    bucket               SMALLINT NOT NULL,
    id                   {uuid}   NOT NULL,
    outside_id           TEXT,
    name                 TEXT     NOT NULL,
    pinyin               TEXT     NOT NULL,
    initials             TEXT     NOT NULL,
    gender               TEXT     NOT NULL,
    birthday_calendar    TEXT     NOT NULL,
    birth_year           SMALLINT,
    birth_month          SMALLINT,
    birth_dom            SMALLINT,
    wedding_day          INTEGER,
    occupation           TEXT     NOT NULL,
    region               TEXT     NOT NULL,
    language             TEXT     NOT NULL,
    tier                 TEXT     NOT NULL,
    class                TEXT     NOT NULL,
    lifecycle            TEXT     NOT NULL,
    joined_day           INTEGER,
    annual_value_minor   BIGINT   NOT NULL,
    churn_risk           DOUBLE PRECISION,
    unit_id              {uuid}   NOT NULL,
    owner_id             {uuid},
    household_id         {uuid},
    consented_channels   SMALLINT NOT NULL,
    refused_channels     SMALLINT NOT NULL,
    facts                TEXT     NOT NULL,
    noted                TEXT     NOT NULL,
    last_contact_day     INTEGER,
    first_batch_id       {uuid},
    version              BIGINT   NOT NULL,
    created_at_ms        BIGINT   NOT NULL,
    updated_at_ms        BIGINT   NOT NULL,
    survivor_id          {uuid}   NOT NULL,
    -- The record on file of which it is part by now: over several merges that of the last one.
    whole_bucket         SMALLINT NOT NULL,
    whole_id             {uuid}   NOT NULL,
    merged_by            TEXT     NOT NULL,
    merged_at_ms         BIGINT   NOT NULL,
    reason               TEXT     NOT NULL,
    changed              TEXT     NOT NULL,   -- JSON: what the merge changed and moved; plain facts and ids only
    PRIMARY KEY (bucket, id)
) {clustered};

-- In the bucket of the record that stays: which others are in it.
CREATE TABLE merge_part (
    bucket       SMALLINT NOT NULL,
    survivor_id  {uuid}   NOT NULL,
    merged_id    {uuid}   NOT NULL,
    PRIMARY KEY (bucket, survivor_id, merged_id)
) {clustered};
