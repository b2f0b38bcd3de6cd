-- Why: a household that everybody left kept its name, also when the last one was erased. One to which a merged record
-- returns at a split stays.

DELETE FROM household
WHERE NOT EXISTS (
    SELECT 1 FROM household_member m WHERE m.bucket = household.bucket AND m.household_id = household.id
  )
  AND NOT EXISTS (SELECT 1 FROM merged_customer c WHERE c.household_id = household.id)
  /* across buckets: a household lives in the bucket of whoever came first */;
