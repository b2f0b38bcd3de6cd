-- Why: whoever removes a shared view by mistake brings it back as it was, under the address that colleagues pinned and sent
-- around: it stays for a while and is seen by nobody.

ALTER TABLE saved_view ADD COLUMN removed_at_ms BIGINT;   -- since when nobody sees it; deleted soon after
