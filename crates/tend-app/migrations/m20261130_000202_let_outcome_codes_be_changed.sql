-- Why: outcome codes came with playbooks and stood as they came. The firm words, orders and retires them from now on; what
-- it edited is left alone when a playbook is brought up to date, and what is retired keeps its name for results of before.

ALTER TABLE outcome_code ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';  -- who in the firm; empty as the playbook has it
ALTER TABLE outcome_code ADD COLUMN retired_at_ms BIGINT;
ALTER TABLE outcome_code ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
