-- Why: a master key can be replaced while the program runs. The database says which key is in use, so that every program
-- on it agrees, and how far a rotation has come, so that it goes on after a kill.

CREATE TABLE master_key (
    one        SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    key_id     BIGINT   NOT NULL,              -- the name of the key in use, never the key
    firm_keys  {bytes}  NOT NULL,              -- keys of the firm's cells and of look-ups, sealed with it
    since_ms   BIGINT   NOT NULL
);

CREATE TABLE key_rotation (
    id              {uuid}   NOT NULL PRIMARY KEY,
    mode            TEXT     NOT NULL CHECK (mode IN ('master', 'customers')),
    state           TEXT     NOT NULL CHECK (state IN ('running', 'done')),
    from_key        BIGINT   NOT NULL,
    to_key          BIGINT   NOT NULL,
    bucket          SMALLINT NOT NULL,          -- how far it has come: customers up to here are done
    after_id        {uuid}   NOT NULL,
    customers_done  BIGINT   NOT NULL DEFAULT 0,
    customers_total BIGINT   NOT NULL,
    cells_done      BIGINT   NOT NULL DEFAULT 0,
    started_at_ms   BIGINT   NOT NULL,
    moved_at_ms     BIGINT   NOT NULL,
    finished_at_ms  BIGINT
);
