-- Why: a view of the customers list is a segment with columns, order and grouping, kept for oneself, a unit or the firm.

CREATE TABLE saved_view (
    id             {uuid}   NOT NULL PRIMARY KEY,
    title          TEXT     NOT NULL,
    expression     TEXT     NOT NULL DEFAULT '',
    layout         TEXT     NOT NULL DEFAULT '{}',   -- columns, order, group and filters as the list takes them
    sharing        TEXT     NOT NULL DEFAULT 'mine' CHECK (sharing IN ('mine', 'unit', 'firm')),
    owner_id       {uuid}   NOT NULL,
    unit_id        {uuid}   NOT NULL,                -- the unit that sees it when it is shared with a unit
    version        BIGINT   NOT NULL DEFAULT 1,
    created_at_ms  BIGINT   NOT NULL
);
CREATE INDEX saved_view_by_owner ON saved_view (owner_id);
CREATE INDEX saved_view_by_unit ON saved_view (unit_id, sharing);

-- A pin is each person's own.
CREATE TABLE saved_view_pin (
    staff_id  {uuid}  NOT NULL,
    view_id   {uuid}  NOT NULL,
    at_ms     BIGINT  NOT NULL,
    PRIMARY KEY (staff_id, view_id)
);
