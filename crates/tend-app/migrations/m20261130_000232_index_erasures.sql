-- Why: each machine of a firm looks every half minute whether somebody was erased, since its own file of columns tells
-- names in plain. There are few erasures among very many entries.

CREATE INDEX journal_fact_of_erasures ON journal_fact (at_ms) WHERE room = 'rights' AND kind = 'erased';
