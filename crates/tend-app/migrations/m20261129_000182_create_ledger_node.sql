-- Why: the proof of one entry reads the roots of a few subtrees of the log, not every block that was ever sealed.

-- The root over the blocks `place << level .. (place + 1) << level`, for levels of 64 blocks and more. Derived: each can
-- be computed from `ledger_block`, and a proof that does not lead to the head's root is made from the blocks.
CREATE TABLE ledger_node (
    level  SMALLINT NOT NULL,
    place  BIGINT   NOT NULL,
    hash   {bytes}  NOT NULL,
    PRIMARY KEY (level, place)
) {clustered};
