-- Why: a line of an order that a later file names again is that file's too. Without a mark of it the same line of a long
-- file was met anew in each part of the file, and taking the first batch back took away what the later one brought as well.

ALTER TABLE purchase_line ADD COLUMN again_batch_id {uuid};   -- the last other batch whose file named the line
