-- Why: a password that somebody else set is known to somebody else: it lets in for a while and has to be replaced.

-- The row stands while the person's password is not their own. `set_by` is the doer's word in the journal's form; the
-- first sign-in brings the end nearer.
CREATE TABLE handed_password (
    staff_id      {uuid}  NOT NULL PRIMARY KEY REFERENCES staff (id),
    set_by        TEXT    NOT NULL,
    set_at_ms     BIGINT  NOT NULL,
    used_at_ms    BIGINT,
    ends_at_ms    BIGINT  NOT NULL
);
