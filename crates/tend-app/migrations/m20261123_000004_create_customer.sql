-- Why: the customer file. Personal fields (phones, id numbers, addresses, mail, chat ids, notes) stand in cells that
-- are sealed with the customer's own key; names, birthdays, regions and labels stay plain (DESIGN: Data).

CREATE TABLE customer (
    bucket               SMALLINT NOT NULL,
    id                   {uuid}   NOT NULL,
    outside_id           TEXT,
    name                 TEXT     NOT NULL,
    pinyin               TEXT     NOT NULL DEFAULT '',
    initials             TEXT     NOT NULL DEFAULT '',
    gender               TEXT     NOT NULL DEFAULT '',
    birthday_calendar    TEXT     NOT NULL DEFAULT 'solar' CHECK (birthday_calendar IN ('solar', 'lunar')),
    birth_year           SMALLINT,
    birth_month          SMALLINT,          -- negative: a leap month of the lunar calendar
    birth_dom            SMALLINT,
    wedding_day          INTEGER,
    occupation           TEXT     NOT NULL DEFAULT '',
    region               TEXT     NOT NULL DEFAULT '',
    language             TEXT     NOT NULL DEFAULT 'zh',
    tier                 TEXT     NOT NULL DEFAULT 'ordinary',
    class                TEXT     NOT NULL DEFAULT '',
    lifecycle            TEXT     NOT NULL DEFAULT 'active',
    joined_day           INTEGER,
    annual_value_minor   BIGINT   NOT NULL DEFAULT 0,
    churn_risk           DOUBLE PRECISION,
    unit_id              {uuid}   NOT NULL,
    owner_id             {uuid},
    household_id         {uuid},
    consented_channels   SMALLINT NOT NULL DEFAULT 0,   -- bits of ChannelSet; the rows of customer_consent are the proof
    refused_channels     SMALLINT NOT NULL DEFAULT 0,   -- a refusal wins over a consent
    facts                TEXT     NOT NULL DEFAULT '{}', -- firm-defined: key to value, source and day
    noted                TEXT     NOT NULL DEFAULT '{}', -- built-in facts: key to source and day
    last_contact_day     INTEGER,
    first_batch_id       {uuid},
    version              BIGINT   NOT NULL DEFAULT 1,
    created_at_ms        BIGINT   NOT NULL,
    updated_at_ms        BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX customer_by_owner ON customer (owner_id, id);
CREATE INDEX customer_by_unit ON customer (unit_id, id);
CREATE INDEX customer_by_name ON customer (name);
CREATE INDEX customer_by_pinyin ON customer (pinyin);
CREATE INDEX customer_by_initials ON customer (initials);

-- The customer's own key, wrapped by the master key. Destroying the row erases every cell.
CREATE TABLE customer_key (
    bucket       SMALLINT NOT NULL,
    customer_id  {uuid}   NOT NULL,
    wrapped      {bytes}  NOT NULL,
    PRIMARY KEY (bucket, customer_id)
) {clustered};

CREATE TABLE contact_point (
    bucket       SMALLINT NOT NULL,
    id           {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    kind         TEXT     NOT NULL CHECK (kind IN ('phone', 'mail', 'wechat', 'address', 'id_number')),
    cell         {bytes}  NOT NULL,
    place        SMALLINT NOT NULL DEFAULT 0,   -- order of preference within the kind, 0 first
    source       TEXT     NOT NULL DEFAULT '',
    noted_at_ms  BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX contact_point_by_customer ON contact_point (bucket, customer_id);

-- Blind look-up: `digest` is the first 64 bits of an HMAC over kind and value (full phone, its last 4 to 8 digits,
-- id number, mail, plate, agreement number, outside id). Keyed by the hash of what is looked up, so it shards by itself.
-- A hit is a candidate: the caller opens the cell and compares.
CREATE TABLE customer_lookup (
    digest       BIGINT   NOT NULL,
    bucket       SMALLINT NOT NULL,
    customer_id  {uuid}   NOT NULL,
    PRIMARY KEY (digest, bucket, customer_id)
) {clustered};
CREATE INDEX customer_lookup_by_customer ON customer_lookup (bucket, customer_id);

-- Numbers that asked to be left alone, whether or not the customer is (still) in the file.
CREATE TABLE refused_number (
    digest    BIGINT   NOT NULL,
    channels  SMALLINT NOT NULL,
    source    TEXT     NOT NULL,
    at_ms     BIGINT   NOT NULL,
    PRIMARY KEY (digest)
) {clustered};

CREATE TABLE customer_consent (
    bucket       SMALLINT NOT NULL,
    id           {uuid}   NOT NULL,
    customer_id  {uuid}   NOT NULL,
    channel      TEXT     NOT NULL,
    verdict      TEXT     NOT NULL CHECK (verdict IN ('given', 'refused', 'withdrawn_refusal')),
    proof        TEXT     NOT NULL,
    actor        TEXT     NOT NULL,
    at_ms        BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX customer_consent_by_customer ON customer_consent (bucket, customer_id);

CREATE TABLE household (
    bucket         SMALLINT NOT NULL,
    id             {uuid}   NOT NULL,
    name           TEXT     NOT NULL DEFAULT '',
    created_at_ms  BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};

-- Lives in the household's bucket; `customer_id` may be of another bucket.
CREATE TABLE household_member (
    bucket        SMALLINT NOT NULL,
    household_id  {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    place         TEXT     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, household_id, customer_id)
) {clustered};

-- Written twice, once in each customer's bucket, so that either side reads only its own.
CREATE TABLE relation (
    bucket         SMALLINT NOT NULL,
    id             {uuid}   NOT NULL,
    customer_id    {uuid}   NOT NULL,
    other_id       {uuid}   NOT NULL,
    kind           TEXT     NOT NULL,   -- what `other` is to `customer`: spouse, child, parent, referrer, referred, employer, employee, insured, payer
    created_at_ms  BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE UNIQUE INDEX relation_once ON relation (bucket, customer_id, other_id, kind);

CREATE TABLE agreement (
    bucket            SMALLINT NOT NULL,
    id                {uuid}   NOT NULL,
    customer_id       {uuid}   NOT NULL,
    kind              TEXT     NOT NULL CHECK (kind IN ('policy', 'vehicle_cover', 'telecom_plan', 'loan', 'membership')),
    number            TEXT     NOT NULL DEFAULT '',
    product           TEXT     NOT NULL DEFAULT '',
    status            TEXT     NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'lapsed', 'ended')),
    start_day         INTEGER,
    end_day           INTEGER,
    due_day           INTEGER,
    premium_minor     BIGINT   NOT NULL DEFAULT 0,
    currency          TEXT     NOT NULL DEFAULT 'CNY',
    pay_every_months  SMALLINT NOT NULL DEFAULT 12,
    paid_on_day       INTEGER,
    paid_for_day      INTEGER,           -- the due day that the last payment settled
    grace_days        SMALLINT NOT NULL DEFAULT 60,
    signed_day        INTEGER,
    delivered_day     INTEGER,
    plate             TEXT     NOT NULL DEFAULT '',
    details           TEXT     NOT NULL DEFAULT '{}',
    version           BIGINT   NOT NULL DEFAULT 1,
    created_at_ms     BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX agreement_by_customer ON agreement (bucket, customer_id);

CREATE TABLE bill (
    bucket        SMALLINT NOT NULL,
    id            {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    agreement_id  {uuid},
    period_day    INTEGER  NOT NULL,     -- first day of the period
    due_day       INTEGER  NOT NULL,
    amount_minor  BIGINT   NOT NULL,
    paid_on_day   INTEGER,
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX bill_by_customer ON bill (bucket, customer_id);

CREATE TABLE payment (
    bucket        SMALLINT NOT NULL,
    id            {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    agreement_id  {uuid},
    bill_id       {uuid},
    paid_on_day   INTEGER  NOT NULL,
    amount_minor  BIGINT   NOT NULL,
    kind          TEXT     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE INDEX payment_by_customer ON payment (bucket, customer_id);

CREATE TABLE purchase (
    bucket        SMALLINT NOT NULL,
    id            {uuid}   NOT NULL,
    customer_id   {uuid}   NOT NULL,
    number        TEXT     NOT NULL,
    placed_day    INTEGER  NOT NULL,
    placed_at_ms  BIGINT   NOT NULL,
    amount_minor  BIGINT   NOT NULL,
    currency      TEXT     NOT NULL DEFAULT 'CNY',
    status        TEXT     NOT NULL DEFAULT 'placed',
    batch_id      {uuid},
    PRIMARY KEY (bucket, id)
) {clustered};
CREATE UNIQUE INDEX purchase_once ON purchase (bucket, customer_id, number);

CREATE TABLE purchase_line (
    bucket       SMALLINT NOT NULL,
    purchase_id  {uuid}   NOT NULL,
    line         INTEGER  NOT NULL,      -- row number in the file it came from
    customer_id  {uuid}   NOT NULL,
    sku          TEXT     NOT NULL,
    title        TEXT     NOT NULL,
    quantity     BIGINT   NOT NULL,
    unit_price_minor BIGINT NOT NULL,
    batch_id     {uuid},
    PRIMARY KEY (bucket, purchase_id, line)
) {clustered};

CREATE TABLE fact_definition (
    key            TEXT     NOT NULL PRIMARY KEY,
    value_type     TEXT     NOT NULL CHECK (value_type IN ('string', 'int', 'double', 'bool', 'date', 'money')),
    title_zh       TEXT     NOT NULL,
    title_en       TEXT     NOT NULL,
    created_at_ms  BIGINT   NOT NULL
);

CREATE TABLE label (
    id         {uuid}   NOT NULL PRIMARY KEY,
    key        TEXT     NOT NULL UNIQUE,
    family     TEXT     NOT NULL DEFAULT '',
    colour     TEXT     NOT NULL DEFAULT '',
    title_zh   TEXT     NOT NULL,
    title_en   TEXT     NOT NULL,
    set_by     TEXT     NOT NULL DEFAULT 'anyone'   -- roles who may set it, comma separated, or anyone
);

CREATE TABLE customer_label (
    bucket       SMALLINT NOT NULL,
    customer_id  {uuid}   NOT NULL,
    label_key    TEXT     NOT NULL,
    remark       TEXT     NOT NULL DEFAULT '',
    actor        TEXT     NOT NULL,
    at_ms        BIGINT   NOT NULL,
    PRIMARY KEY (bucket, customer_id, label_key)
) {clustered};
