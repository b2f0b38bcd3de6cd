-- Why: the second wall behind the scope of every query, on PostgreSQL. A call of a person works as the role `tend_scoped`
-- and says whose rows the person sees (`tend.scope_kind`: subtree, own or nothing; `tend.scope_id`: the unit or the
-- person); the database then shows no others, whatever a statement forgot. Jobs and the command line work as the owner of
-- the tables, to whom policies do not apply. This file is the whole wall and runs again, in one transaction, whenever it
-- changed or a migration was made.

GRANT USAGE ON SCHEMA {schema} TO tend_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO tend_scoped;

-- A view asks as the person who reads it, not as its owner.
DO $$
DECLARE
  v TEXT;
BEGIN
  FOR v IN SELECT viewname FROM pg_views WHERE schemaname = current_schema() LOOP
    EXECUTE format('ALTER VIEW %I SET (security_invoker = true)', v);
  END LOOP;
END $$;

ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON customer;
CREATE POLICY in_scope ON customer FOR ALL TO tend_scoped
USING (
  ((SELECT current_setting('tend.scope_kind', TRUE)) = 'subtree' AND unit_id IN (
    SELECT descendant_id FROM unit_closure WHERE ancestor_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID)))
  OR ((SELECT current_setting('tend.scope_kind', TRUE)) = 'own'
    AND owner_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID))
  OR EXISTS (
    SELECT 1
    FROM customer_sight s
    WHERE s.bucket = customer.bucket AND s.customer_id = customer.id
      AND (((SELECT current_setting('tend.scope_kind', TRUE)) = 'own'
          AND s.staff_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID))
        OR ((SELECT current_setting('tend.scope_kind', TRUE)) = 'subtree' AND s.unit_id IN (
          SELECT descendant_id
          FROM unit_closure
          WHERE ancestor_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID)))))
)
WITH CHECK (TRUE);

ALTER TABLE touch ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON touch;
CREATE POLICY in_scope ON touch FOR ALL TO tend_scoped
USING (
  ((SELECT current_setting('tend.scope_kind', TRUE)) = 'subtree' AND unit_id IN (
    SELECT descendant_id FROM unit_closure WHERE ancestor_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID)))
  OR ((SELECT current_setting('tend.scope_kind', TRUE)) = 'own'
    AND owner_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID))
  OR EXISTS (SELECT 1 FROM customer c WHERE c.bucket = touch.bucket AND c.id = touch.customer_id)
)
WITH CHECK (TRUE);

-- A record that was merged into another one is seen with that one.
ALTER TABLE merged_customer ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON merged_customer;
CREATE POLICY in_scope ON merged_customer FOR ALL TO tend_scoped
USING (EXISTS (
  SELECT 1 FROM customer c WHERE c.bucket = merged_customer.whole_bucket AND c.id = merged_customer.whole_id))
WITH CHECK (TRUE);

-- Facts of the firm itself bear the nil id.
ALTER TABLE journal_fact ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON journal_fact;
CREATE POLICY in_scope ON journal_fact FOR ALL TO tend_scoped
USING (
  customer_id = '00000000-0000-0000-0000-000000000000'
  OR EXISTS (SELECT 1 FROM customer c WHERE c.bucket = journal_fact.bucket AND c.id = journal_fact.customer_id)
  OR EXISTS (SELECT 1 FROM merged_customer m WHERE m.bucket = journal_fact.bucket AND m.id = journal_fact.customer_id)
)
WITH CHECK (TRUE);

-- A hold on everything in the firm bears the nil id; who may read holds must see it, or nobody could ever release it.
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON legal_hold;
CREATE POLICY in_scope ON legal_hold FOR ALL TO tend_scoped
USING (
  customer_id = '00000000-0000-0000-0000-000000000000'
  OR EXISTS (SELECT 1 FROM customer c WHERE c.bucket = legal_hold.bucket AND c.id = legal_hold.customer_id)
  OR EXISTS (SELECT 1 FROM merged_customer m WHERE m.bucket = legal_hold.bucket AND m.id = legal_hold.customer_id)
)
WITH CHECK (TRUE);

-- A request outlives its customer, who may have asked to be erased.
ALTER TABLE rights_request ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON rights_request;
CREATE POLICY in_scope ON rights_request FOR ALL TO tend_scoped
USING (
  ((SELECT current_setting('tend.scope_kind', TRUE)) = 'subtree' AND unit_id IN (
    SELECT descendant_id FROM unit_closure WHERE ancestor_id = (SELECT current_setting('tend.scope_id', TRUE)::UUID)))
  OR EXISTS (SELECT 1 FROM customer c WHERE c.bucket = rights_request.bucket AND c.id = rights_request.customer_id)
)
WITH CHECK (TRUE);

-- What belongs to one customer is seen with that customer, also where it waits in a merged record. A table with a column `customer_id` stands here, above, or
-- among the exceptions of the test that reads this file.
DO $$
DECLARE
  t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'agreement', 'batch_entry', 'bill', 'bulk_edit_row', 'consent_stance', 'contact', 'contact_point',
    'customer_consent', 'customer_export_row', 'customer_key', 'customer_label', 'payment', 'purchase', 'purchase_line', 'relation', 'touch_verification', 'trace'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS in_scope ON %I', t);
    EXECUTE format('CREATE POLICY in_scope ON %1$I FOR ALL TO tend_scoped USING (EXISTS (
      SELECT 1 FROM customer c WHERE c.bucket = %1$I.bucket AND c.id = %1$I.customer_id) OR EXISTS (
      SELECT 1 FROM merged_customer m WHERE m.bucket = %1$I.bucket AND m.id = %1$I.customer_id)) WITH CHECK (TRUE)', t);
  END LOOP;
END $$;

-- The parts of a trace are seen with it.
DO $$
DECLARE
  t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY['trace_evidence', 'trace_turn'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS in_scope ON %I', t);
    EXECUTE format('CREATE POLICY in_scope ON %1$I FOR ALL TO tend_scoped USING (EXISTS (
      SELECT 1 FROM trace x WHERE x.bucket = %1$I.bucket AND x.id = %1$I.trace_id)) WITH CHECK (TRUE)', t);
  END LOOP;
END $$;
