-- Why: a row that is left out because its customer is on file changes nobody, and nobody is handed out for it. It stays
-- noted: a list is kept while one of its customers is held. Rows of earlier versions stay in their batch.

ALTER TABLE batch_entry ADD COLUMN left_out SMALLINT NOT NULL DEFAULT 0;   -- 1: the row put nobody into the batch

-- Every customer whom a row brought, changed or met: those who were on file before need care as well.
DROP VIEW batch_customer;
CREATE VIEW batch_customer AS
SELECT DISTINCT e.bucket, e.batch_id, e.customer_id
FROM batch_entry e
WHERE e.left_out = 0;
