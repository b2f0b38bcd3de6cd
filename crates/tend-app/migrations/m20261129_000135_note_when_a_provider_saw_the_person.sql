-- Why: a session begun at the firm's provider proves who is there only if the provider itself saw the person lately, not
-- if another session merely stood open there. Nothing for other ways in, and where the provider does not say when.
ALTER TABLE staff_session ADD COLUMN seen_by_provider_at_ms BIGINT;
