-- How many wait for the commune is a count of its own, and `verified` counts only what passes: what the commune has checked
-- and found wanting is neither.
ALTER TABLE rollup ADD COLUMN waiting BIGINT NOT NULL DEFAULT 0;
UPDATE rollup SET waiting = scored - verified;
UPDATE rollup SET verified = (
    SELECT count(*) FROM documents d
    WHERE d.place = rollup.place AND d.title = rollup.title AND d.year = rollup.year AND d.passed = 1
        AND d.stage IN ('verified', 'proposed', 'recognised')
);

-- Of an assessment: when the village finished it, in milliseconds, so that an unfinished year can be put beside the same
-- day of the year before. For forms of before, when they last changed.
ALTER TABLE documents ADD COLUMN finished BIGINT;
UPDATE documents SET finished = (SELECT max(c.received_at) FROM changes c WHERE c.doc = documents.id)
WHERE kind = 'assessment' AND passed = 1;
CREATE INDEX documents_finished ON documents (title, year, place, finished) WHERE passed = 1;

-- Of a subject: name and hamlet without marks, for search. Filled by the server where it is missing.
ALTER TABLE documents ADD COLUMN searched TEXT;

-- What kind of device it is, as its browser says; and when a desk put it away, until it is heard of again.
ALTER TABLE devices ADD COLUMN name TEXT;
ALTER TABLE devices ADD COLUMN retired_at BIGINT;
