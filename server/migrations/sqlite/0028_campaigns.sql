-- By which day each step of a year is due: what a unit has set, for all titles or for one.
CREATE TABLE campaigns (
    unit TEXT NOT NULL,
    year BIGINT NOT NULL,
    -- '' for all titles that have no days of their own.
    title TEXT NOT NULL,
    -- Days by their steps, as JSON.
    days TEXT NOT NULL,
    -- Counts how often it was set.
    version BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    -- In milliseconds.
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (unit, year, title)
);
