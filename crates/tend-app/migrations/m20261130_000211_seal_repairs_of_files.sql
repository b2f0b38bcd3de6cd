-- Why: what a person puts into cells of a file are phones, numbers of identity and addresses: they are kept sealed, beside
-- the options of a batch. What stands there in plain the program seals at its next start.

ALTER TABLE batch ADD COLUMN repairs TEXT NOT NULL DEFAULT '';   -- sealed; empty once the file is gone
-- A check's mark was a bare digest over the same texts: what it found is asked for anew.
UPDATE upload SET check_result = '{}' WHERE check_result LIKE '%"of":%';
