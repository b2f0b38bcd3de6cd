-- Why: the firm says of a day that it is worked or not, beside the yearly notice of the state that comes with the program.

CREATE TABLE working_day (
    day     INTEGER NOT NULL PRIMARY KEY,
    worked  TEXT    NOT NULL CHECK (worked IN ('off', 'work')),
    title   TEXT    NOT NULL
);
