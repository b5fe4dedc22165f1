-- The symbol of an association, printed on what it hands out. Its picture lies with the scans.
CREATE TABLE symbols (
    unit TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    -- In milliseconds.
    saved_at BIGINT NOT NULL
);
