-- Why: the daily plan must know what was planned and said before; these views are all that `segment` and `plan` read
-- of the rooms that come after them. Read only.

CREATE VIEW attention_contact AS
SELECT c.bucket, c.customer_id, c.day
FROM contact c
WHERE c.reached = 'yes' AND c.taken_back_at_ms IS NULL;

CREATE VIEW attention_touch AS
SELECT t.bucket, t.customer_id, t.plan_id, t.subject_id, t.due_day, t.not_after_day, t.owner_id,
       CASE WHEN t.state IN ('planned', 'assigned', 'accepted', 'returned') THEN 'open' ELSE 'closed' END AS standing
FROM touch t;
