-- Why: care plans name gifts by code, so that what one costs and how many there are a month stands in one place.

CREATE TABLE gift (
    key         TEXT     NOT NULL PRIMARY KEY,
    title_zh    TEXT     NOT NULL,
    title_en    TEXT     NOT NULL,
    kind        TEXT     NOT NULL CHECK (kind IN ('goods', 'card', 'ticket', 'sample', 'insurance', 'service')),
    cost_minor  BIGINT   NOT NULL,
    per_month   INTEGER,                                   -- how many there are for a month; none: as many as are wanted
    version     BIGINT   NOT NULL DEFAULT 1
);

-- The absence of the row is a gift that may be given.
CREATE TABLE gift_retirement (
    key         TEXT   NOT NULL PRIMARY KEY REFERENCES gift (key),
    retired_by  TEXT   NOT NULL,
    at_ms       BIGINT NOT NULL
);
