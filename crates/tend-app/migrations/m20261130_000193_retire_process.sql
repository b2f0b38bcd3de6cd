-- Why: a process by which the firm does not sell any more must not be offered for new sales, while its open ones go on.

CREATE TABLE trace_process_retired (
    key            TEXT    NOT NULL PRIMARY KEY,   -- every version of the process
    retired_at_ms  BIGINT  NOT NULL
);
