-- Why: a night asks for what is open and for what fell due in the last weeks. `standing` is worked out from the state, so
-- that no index serves it: every night read every touch ever made. By `state` the index `touch_by_turn` serves both.
DROP VIEW attention_touch;
CREATE VIEW attention_touch AS
SELECT t.bucket, t.customer_id, t.plan_id, t.subject_id, t.due_day, t.not_after_day, t.owner_id, t.state,
       CASE WHEN t.state IN ('planned', 'assigned', 'accepted', 'returned') THEN 'open' ELSE 'closed' END AS standing
FROM touch t;
