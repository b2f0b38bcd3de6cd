-- Why: a program that calls in the name of a person has a token of its own, with an end and no more rights than it needs.

-- As of a session, only the hash of the token is kept. `scopes` are words of permissions with spaces between.
CREATE TABLE api_token (
    token_hash     {bytes}  NOT NULL PRIMARY KEY,
    id             {uuid}   NOT NULL UNIQUE,
    staff_id       {uuid}   NOT NULL REFERENCES staff (id),
    name           TEXT     NOT NULL,
    scopes         TEXT     NOT NULL,
    created_at_ms  BIGINT   NOT NULL,
    used_at_ms     BIGINT,
    expires_at_ms  BIGINT   NOT NULL
);
CREATE INDEX api_token_by_staff ON api_token (staff_id);
