-- Why: the firm writes scripts and messages of its own beside those of its playbooks, and edits theirs; what nobody is to
-- use any more is retired and not deleted, because work orders of the past show it.

ALTER TABLE script ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE script ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';       -- empty: as its playbook wrote it
ALTER TABLE template ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE template ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';

-- The absence of the row is a text in use.
CREATE TABLE text_retirement (
    kind        TEXT   NOT NULL CHECK (kind IN ('script', 'template')),
    key         TEXT   NOT NULL,
    retired_by  TEXT   NOT NULL,
    at_ms       BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
