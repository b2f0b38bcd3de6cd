-- Why: colleagues see who else has a customer open and who is at work, and each person is told what concerns them.

-- One row for each open tab; forgotten when it is silent for a minute. `heard` is whose screens it concerns.
CREATE TABLE presence (
    staff_id    {uuid}  NOT NULL,
    tab         TEXT    NOT NULL,
    thing       TEXT    NOT NULL DEFAULT '',
    editing     TEXT    NOT NULL DEFAULT 'no' CHECK (editing IN ('yes', 'no')),
    heard       TEXT    NOT NULL DEFAULT '{}',
    since_ms    BIGINT  NOT NULL,
    seen_at_ms  BIGINT  NOT NULL,
    PRIMARY KEY (staff_id, tab)
);
CREATE INDEX presence_by_thing ON presence (thing);
CREATE INDEX presence_by_age ON presence (seen_at_ms);

-- What a person says of being reachable; without a live tab the person is away whatever stands here.
CREATE TABLE staff_state (
    staff_id  {uuid}  NOT NULL PRIMARY KEY,
    state     TEXT    NOT NULL CHECK (state IN ('ready', 'busy', 'wrap_up', 'away')),
    since_ms  BIGINT  NOT NULL
);

CREATE TABLE notice (
    id           {uuid}  NOT NULL PRIMARY KEY,
    staff_id     {uuid}  NOT NULL,
    kind         TEXT    NOT NULL,
    params       TEXT    NOT NULL DEFAULT '{}',
    link_kind    TEXT    NOT NULL DEFAULT '',
    link_id      TEXT    NOT NULL DEFAULT '',
    customer_id  {uuid},
    by_id        {uuid},
    dedup_key    TEXT    NOT NULL UNIQUE,
    at_ms        BIGINT  NOT NULL,
    read_at_ms   BIGINT
);
CREATE INDEX notice_by_staff ON notice (staff_id, id);
CREATE INDEX notice_unread ON notice (staff_id, read_at_ms);
CREATE INDEX notice_by_customer ON notice (customer_id);

-- When somebody last recorded something, by day: read by the board through this view only.
CREATE VIEW staff_day_deed AS
SELECT c.staff_id, c.day, MAX(c.at_ms) AS last_at_ms
FROM contact c
GROUP BY c.staff_id, c.day;
