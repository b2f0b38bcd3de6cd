-- Why: a verdict on a result is taken back within a minute, and then everything stands as before it.

ALTER TABLE touch_verification ADD COLUMN undo TEXT NOT NULL DEFAULT '';  -- what stood in the touch; empty before this
