-- Why: what is over with an export goes with its rows, a thousand at a time. Found by the export, each step reads those
-- rows and not all of them. (Rows of bulk edits are found so by bulk_edit_row_by_state.)

CREATE INDEX customer_export_row_by_export ON customer_export_row (export_id);
