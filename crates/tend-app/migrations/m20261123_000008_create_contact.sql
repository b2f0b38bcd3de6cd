-- Why: what happened when somebody tried to reach a customer: the budget of attention is counted on these rows.

CREATE TABLE contact (
    bucket        SMALLINT NOT NULL,
    id            {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    touch_id      {uuid},
    staff_id      {uuid}   NOT NULL,
    channel       TEXT     NOT NULL,
    day           INTEGER  NOT NULL,
    at_ms         BIGINT   NOT NULL,
    outcome_code  TEXT     NOT NULL,
    reached       TEXT     NOT NULL CHECK (reached IN ('yes', 'no')),
    result        TEXT     NOT NULL CHECK (result IN ('done', 'again', 'failed')),
    note_cell     {bytes},
    next_day      INTEGER,
    attention     TEXT     NOT NULL DEFAULT 'counts' CHECK (attention IN ('counts', 'free')),
    undo          TEXT     NOT NULL DEFAULT '{}',  -- what stood in the work order and the file before
    taken_back_at_ms BIGINT,                    -- the outcome was undone within its ten seconds
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX contact_by_customer ON contact (bucket, customer_id, day);
CREATE INDEX contact_by_touch ON contact (bucket, touch_id);
CREATE INDEX contact_by_staff ON contact (staff_id, day);
