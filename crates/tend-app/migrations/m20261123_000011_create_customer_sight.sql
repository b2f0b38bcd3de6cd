-- Why: whoever has a work order must see its customer, also when the customer is somebody else's: a stand-in, an heir,
-- a unit that head office asked to help. Sight comes with the work order and ends with its last day.

CREATE TABLE customer_sight (
    bucket       SMALLINT NOT NULL,
    customer_id  {uuid}   NOT NULL,
    touch_id     {uuid}   NOT NULL,
    unit_id      {uuid}   NOT NULL,
    staff_id     {uuid},             -- none: the unit has the work order and nobody in it yet
    until_day    INTEGER  NOT NULL,
    PRIMARY KEY (bucket, customer_id, touch_id)
) {clustered};
CREATE INDEX customer_sight_by_end ON customer_sight (until_day);
