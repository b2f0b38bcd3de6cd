-- Why: a screen that lost its line catches up by number, also across a restart and between server processes: news are
-- numbered and written in the transaction they tell of. The newest fifty thousand are kept.

CREATE TABLE live_news (
    seq    BIGINT NOT NULL PRIMARY KEY,
    at_ms  BIGINT NOT NULL,
    body   TEXT   NOT NULL
);

-- One row: the last number given. Taking it as the last thing before a commit makes numbers grow in the order of
-- commits, so that nobody ever sees a number before a lower one.
CREATE TABLE live_counter (
    id    SMALLINT NOT NULL PRIMARY KEY,
    last  BIGINT   NOT NULL
);
INSERT INTO live_counter (id, last) VALUES (1, 0);
