-- Initiatives that serve learning, as communes and areas note them. They stand beside the documents and not in them: a note of a desk,
-- which no form, figure or phone rests on.
CREATE TABLE initiatives (
    id TEXT PRIMARY KEY,
    -- The unit in whose register it stands.
    unit TEXT NOT NULL,
    year BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Authors who are no subject; '' for none.
    others TEXT NOT NULL,
    what TEXT NOT NULL,
    used TEXT NOT NULL,
    -- The authority that recognised it; nothing where none has.
    recognised_by TEXT,
    recognised_number TEXT,
    recognised_on TEXT,
    -- 1: it was entered by mistake.
    struck BIGINT NOT NULL,
    -- One more each time it is written.
    version BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    -- In milliseconds.
    made_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX initiatives_of_unit ON initiatives (unit, year);
-- Those of its authors who are subjects, as they were named. One that was merged is read as the one that is kept.
CREATE TABLE initiative_authors (
    initiative TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (initiative, subject)
);
CREATE INDEX initiatives_of_author ON initiative_authors (subject);
