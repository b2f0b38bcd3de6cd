-- Why: a touch is one planned contact, shown to people as a work order. `cause_id` is the plan or the batch that asked
-- for it; cause, customer, subject and due day are unique, so that running a night twice changes nothing.

CREATE TABLE touch (
    bucket          SMALLINT NOT NULL,
    id              {uuid}   NOT NULL,
    customer_id     {uuid}   NOT NULL,
    cause_id        {uuid}   NOT NULL,
    plan_id         {uuid},
    plan_key        TEXT     NOT NULL DEFAULT '',
    batch_id        {uuid},
    subject_id      {uuid}   NOT NULL,          -- the agreement, bill or order it is about, else the customer
    due_day         INTEGER  NOT NULL,
    not_after_day   INTEGER  NOT NULL,
    at_minute       SMALLINT,                   -- fixed local time, minutes after midnight
    business_type   TEXT     NOT NULL,
    title_zh        TEXT     NOT NULL,
    title_en        TEXT     NOT NULL,
    reason_zh       TEXT     NOT NULL,
    reason_en       TEXT     NOT NULL,
    script_key      TEXT     NOT NULL DEFAULT '',
    template_keys   TEXT     NOT NULL DEFAULT '',  -- comma separated
    attention       TEXT     NOT NULL DEFAULT 'counts' CHECK (attention IN ('counts', 'free')),
    channel         TEXT     NOT NULL,
    priority        SMALLINT NOT NULL,
    worth_minor     BIGINT   NOT NULL,
    state           TEXT     NOT NULL CHECK (state IN ('planned', 'assigned', 'accepted', 'done', 'failed', 'expired', 'verified', 'returned', 'withdrawn')),
    unit_id         {uuid}   NOT NULL,
    owner_id        {uuid},                     -- whose list it is on; none while planned
    snoozed_until_ms BIGINT,
    outcome_code    TEXT     NOT NULL DEFAULT '',
    return_reason   TEXT     NOT NULL DEFAULT '',  -- why HQ sent the last result back; the verification row is the proof
    finished_at_ms  BIGINT,
    version         BIGINT   NOT NULL DEFAULT 1,
    created_at_ms   BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE UNIQUE INDEX touch_once ON touch (bucket, cause_id, customer_id, subject_id, due_day);
CREATE INDEX touch_by_owner ON touch (owner_id, state, due_day);
CREATE INDEX touch_by_unit ON touch (unit_id, state, due_day);
CREATE INDEX touch_by_last_day ON touch (state, not_after_day);
CREATE INDEX touch_by_batch ON touch (batch_id, state);
CREATE INDEX touch_by_customer ON touch (bucket, customer_id);

-- HQ's word on a finished work order, with who and when.
CREATE TABLE touch_verification (
    bucket       SMALLINT NOT NULL,
    id           {uuid}   NOT NULL,
    touch_id     {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    verdict      TEXT     NOT NULL CHECK (verdict IN ('verified', 'returned')),
    reason       TEXT     NOT NULL DEFAULT '',
    verified_by  {uuid}   NOT NULL,
    at_ms        BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX touch_verification_by_touch ON touch_verification (bucket, touch_id);

-- Work orders drawn for verification: a sample is a row, so that two samplers see the same list.
CREATE TABLE verification_sample (
    bucket      SMALLINT NOT NULL,
    touch_id    {uuid}   NOT NULL,
    drawn_by    {uuid}   NOT NULL,
    at_ms       BIGINT   NOT NULL,
    PRIMARY KEY (bucket, touch_id)
) {clustered};
