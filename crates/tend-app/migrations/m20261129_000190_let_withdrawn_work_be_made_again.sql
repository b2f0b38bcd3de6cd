-- Why: what was withdrawn is as if nobody had asked. It must not stand in the way when the same is asked for again: the
-- next step of an outcome that was taken back and recorded anew, work that somebody asks for once more.
DROP INDEX touch_once;
CREATE UNIQUE INDEX touch_once ON touch (bucket, cause_id, customer_id, subject_id, due_day) WHERE state <> 'withdrawn';
