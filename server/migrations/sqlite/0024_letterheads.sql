-- Who issues the papers of a unit and how they are signed. A unit without a row has what its name suggests.
CREATE TABLE letterheads (
    unit TEXT PRIMARY KEY,
    -- As JSON.
    body TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    -- In milliseconds.
    saved_at BIGINT NOT NULL
);
