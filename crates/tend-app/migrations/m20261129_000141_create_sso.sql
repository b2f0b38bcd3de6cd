-- Why: people sign in at the firm's own identity provider (OpenID Connect), and who is who is decided here, never there.

-- The one provider of the firm, as an administrator set it. The secret is sealed with the keys of the firm; none for a
-- public client. `claim` is what is compared with login names the first time somebody comes; empty is nothing.
CREATE TABLE sso_provider (
    only_one          SMALLINT NOT NULL PRIMARY KEY CHECK (only_one = 1),
    id                {uuid}   NOT NULL,
    title             TEXT     NOT NULL,
    issuer            TEXT     NOT NULL,
    client_id         TEXT     NOT NULL,
    secret_cell       {bytes},
    scopes            TEXT     NOT NULL,
    claim             TEXT     NOT NULL,
    newcomer_unit_id  {uuid}   REFERENCES unit (id),
    set_by_id         {uuid}   NOT NULL,
    set_at_ms         BIGINT   NOT NULL
);

-- The provider's own name of a person; the issuer stands in it, so that another provider's same name is somebody else.
CREATE TABLE sso_link (
    issuer        TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    staff_id      {uuid}  NOT NULL REFERENCES staff (id),
    linked_at_ms  BIGINT  NOT NULL,
    used_at_ms    BIGINT,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX sso_link_by_staff ON sso_link (staff_id, issuer);

-- A sign-in that is under way at the provider: taken once, by the browser that began it, before its end. `staff_id` is
-- the person who is signed in and links an account.
CREATE TABLE sso_flow (
    state_hash     {bytes}  NOT NULL PRIMARY KEY,
    browser_hash   {bytes}  NOT NULL,
    nonce          TEXT     NOT NULL,
    verifier       TEXT     NOT NULL,
    redirect_uri   TEXT     NOT NULL,
    staff_id       {uuid},
    expires_at_ms  BIGINT   NOT NULL
);
CREATE INDEX sso_flow_by_end ON sso_flow (expires_at_ms);
