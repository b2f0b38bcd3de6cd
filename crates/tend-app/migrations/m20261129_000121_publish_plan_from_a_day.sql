-- Why: a version of a plan may be published for a day to come; until then the one before it runs, and it can be taken back.

ALTER TABLE plan_version ADD COLUMN from_day INTEGER NOT NULL DEFAULT 0;
-- What was published so far ran from the day on which it was; plan.published_version is read no more.
UPDATE plan_version SET from_day = published_at_ms / 86400000;

-- The absence of the row is a version that was not taken back.
CREATE TABLE plan_withdrawal (
    plan_id       {uuid}   NOT NULL,
    version       INTEGER  NOT NULL,
    withdrawn_by  TEXT     NOT NULL,
    at_ms         BIGINT   NOT NULL,
    PRIMARY KEY (plan_id, version),
    FOREIGN KEY (plan_id, version) REFERENCES plan_version (plan_id, version)
);
