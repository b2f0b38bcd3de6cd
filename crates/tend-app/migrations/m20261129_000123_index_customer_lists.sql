-- Why: a list that is narrowed by tier, class or stage, and its count, looked at every customer of the firm one by one;
-- a search for the beginning of a name or sound looked at every customer of the reader's units. What lists narrow by and
-- are ordered by stands in the index now, in the order of units.
DROP INDEX customer_by_unit;
CREATE INDEX customer_by_unit ON customer (unit_id, id, name, tier, class, lifecycle, owner_id, first_batch_id);

-- PostgreSQL orders texts by its locale; a beginning is looked for by letters alone. SQLite orders by them anyway.
{postgres} CREATE INDEX customer_by_beginning ON customer (name text_pattern_ops);
{postgres} DROP INDEX customer_by_pinyin;
{postgres} CREATE INDEX customer_by_pinyin ON customer (pinyin text_pattern_ops);
{postgres} DROP INDEX customer_by_initials;
{postgres} CREATE INDEX customer_by_initials ON customer (initials text_pattern_ops);
