-- Why: whoever tries one password against many names is stopped by where it comes from, not by the name.

ALTER TABLE sign_in_failure ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE INDEX sign_in_failure_by_address ON sign_in_failure (address, at_ms);
