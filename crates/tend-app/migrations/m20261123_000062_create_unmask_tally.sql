-- Why: the daily cap on opened fields is kept by one conditional update, so that two calls at once cannot both be the last.

CREATE TABLE unmask_tally (
    staff_id  {uuid}   NOT NULL REFERENCES staff (id),
    on_day    INTEGER  NOT NULL,
    opened    BIGINT   NOT NULL,
    PRIMARY KEY (staff_id, on_day)
);
