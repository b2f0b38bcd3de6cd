-- Why: lists and statements join work with customers, people and batches; these views are the only columns of other
-- rooms' tables that `work`, `contact` and `report` read in a join. Read only, no sealed column.

CREATE VIEW customer_head AS
SELECT c.bucket, c.id, c.name, c.gender, c.region, c.language, c.tier, c.class, c.lifecycle, c.unit_id, c.owner_id,
       c.annual_value_minor, c.consented_channels, c.refused_channels, c.last_contact_day
FROM customer c;

CREATE VIEW batch_head AS
SELECT b.id, b.name, b.business_type, b.reason, b.state, b.unit_id
FROM batch b;

-- Every customer whom a row of the batch named, those who were in the file before included: they need care as well.
CREATE VIEW batch_customer AS
SELECT DISTINCT e.bucket, e.batch_id, e.customer_id
FROM batch_entry e;

CREATE VIEW staff_head AS
SELECT s.id, s.name, s.unit_id, s.role, s.capacity_per_day, d.left_on_day
FROM staff s
LEFT JOIN staff_departure d ON d.staff_id = s.id;

-- The channel to which a unit belongs: the nearest unit of that kind above it, itself included.
CREATE VIEW unit_channel AS
SELECT c.descendant_id AS unit_id, u.id AS channel_id, u.name AS channel_name
FROM unit_closure c
JOIN unit u ON u.id = c.ancestor_id
WHERE u.kind = 'channel'
  AND NOT EXISTS (
    SELECT 1
    FROM unit_closure n
    JOIN unit m ON m.id = n.ancestor_id
    WHERE n.descendant_id = c.descendant_id AND m.kind = 'channel' AND n.depth < c.depth);

-- What was spent of a customer's attention: somebody was reached, and it was no notice that the law requires.
CREATE VIEW attention_spent AS
SELECT c.bucket, c.customer_id, c.day
FROM contact c
WHERE c.reached = 'yes' AND c.attention = 'counts' AND c.taken_back_at_ms IS NULL;

-- One row for each work order with everything a statement may group by.
CREATE VIEW statement_touch AS
SELECT t.bucket, t.id, t.customer_id, t.batch_id, t.plan_id, t.business_type, t.title_zh, t.title_en, t.due_day,
       t.state, t.unit_id, t.owner_id, t.worth_minor, t.outcome_code, t.finished_at_ms,
       h.name AS customer_name,
       COALESCE(b.name, '') AS batch_name,
       COALESCE(s.name, '') AS owner_name,
       COALESCE(k.channel_id, t.unit_id) AS channel_id,
       COALESCE(k.channel_name, u.name) AS channel_name
FROM touch t
JOIN unit u ON u.id = t.unit_id
JOIN customer_head h ON h.bucket = t.bucket AND h.id = t.customer_id
LEFT JOIN unit_channel k ON k.unit_id = t.unit_id
LEFT JOIN batch_head b ON b.id = t.batch_id
LEFT JOIN staff_head s ON s.id = t.owner_id;
