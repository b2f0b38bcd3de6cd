-- Why: people sign in with a passkey, which nobody can guess or talk out of them, and prove a second factor in more than
-- one way; who loses it has codes on paper.

-- `public_key` is COSE; `sign_count` only ever grows, and a use that does not make it grow is refused.
CREATE TABLE passkey (
    id             {uuid}   NOT NULL PRIMARY KEY,
    staff_id       {uuid}   NOT NULL REFERENCES staff (id),
    credential_id  {bytes}  NOT NULL UNIQUE,
    public_key     {bytes}  NOT NULL,
    sign_count     BIGINT   NOT NULL,
    name           TEXT     NOT NULL,
    synced         SMALLINT NOT NULL,
    created_at_ms  BIGINT   NOT NULL,
    used_at_ms     BIGINT
);
CREATE INDEX passkey_by_staff ON passkey (staff_id);

-- A challenge that was given out: taken once, by its hash, before its end. `session_id` binds the making of a passkey to
-- the session that began it; `origin` is the address at which the desk stood then.
CREATE TABLE passkey_ceremony (
    challenge_hash  {bytes}  NOT NULL PRIMARY KEY,
    purpose         TEXT     NOT NULL CHECK (purpose IN ('sign_in', 'register')),
    session_id      {uuid},
    origin          TEXT     NOT NULL,
    expires_at_ms   BIGINT   NOT NULL
);
CREATE INDEX passkey_ceremony_by_end ON passkey_ceremony (expires_at_ms);

-- A code has 120 random bits, so that its plain hash gives nothing away; `used_at_ms` says that it is spent.
CREATE TABLE recovery_code (
    code_hash   {bytes}  NOT NULL PRIMARY KEY,
    staff_id    {uuid}   NOT NULL REFERENCES staff (id),
    made_at_ms  BIGINT   NOT NULL,
    used_at_ms  BIGINT
);
CREATE INDEX recovery_code_by_staff ON recovery_code (staff_id);

-- Kinds of browser and network from which a person signed in before, as a hash: a new one is told to the person.
CREATE TABLE sign_in_place (
    staff_id     {uuid}   NOT NULL REFERENCES staff (id),
    place_hash   {bytes}  NOT NULL,
    first_at_ms  BIGINT   NOT NULL,
    seen_at_ms   BIGINT   NOT NULL,
    PRIMARY KEY (staff_id, place_hash)
);

-- The newest thirty seconds whose code was taken: no code counts twice (RFC 6238, 5.2).
ALTER TABLE staff ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
-- How the session was begun: `password`, `passkey` or `sso`.
ALTER TABLE staff_session ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
