-- Why: a file may be checked again while it is being checked; what is kept must be of the one that was asked for last.

ALTER TABLE upload ADD COLUMN check_id {uuid};   -- the check to which check_result and the problems belong
