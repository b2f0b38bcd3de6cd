-- Why: a consent that was taken back stood in the proofs as a refusal that was taken back. It has a word of its own from
-- now on; what was noted stays as it was. SQLite changes no CHECK of a table that stands, so it is written anew.

CREATE TABLE customer_consent_anew (
    bucket        SMALLINT NOT NULL,
    id            {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    channel       TEXT     NOT NULL,
    verdict       TEXT     NOT NULL CHECK (verdict IN ('given', 'refused', 'withdrawn', 'withdrawn_refusal')),
    proof         TEXT     NOT NULL,                    -- of a person sealed with the customer's key
    actor         TEXT     NOT NULL,
    at_ms         BIGINT   NOT NULL,
    purpose       TEXT     NOT NULL DEFAULT 'every',
    how           TEXT     NOT NULL DEFAULT '',
    said_by       TEXT     NOT NULL DEFAULT 'customer',
    text_version  TEXT     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, id)
) {clustered};
INSERT INTO customer_consent_anew
  (bucket, id, customer_id, channel, verdict, proof, actor, at_ms, purpose, how, said_by, text_version)
SELECT bucket, id, customer_id, channel, verdict, proof, actor, at_ms, purpose, how, said_by, text_version
FROM customer_consent;
DROP TABLE customer_consent;
ALTER TABLE customer_consent_anew RENAME TO customer_consent;
CREATE INDEX customer_consent_by_customer ON customer_consent (bucket, customer_id);

-- A number outlives the customer who refused it: it keeps no words of a person, who may have written down who and why.
UPDATE refused_number SET source = 'customer' WHERE source NOT IN ('desk', 'import') AND source NOT LIKE 'import %';
