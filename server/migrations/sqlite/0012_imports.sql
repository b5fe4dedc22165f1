-- Household lists that were imported, so that one can be told of and taken back. What a list wrote stands in the log of changes
-- like everything else; this row says which of its rows came from which file.
CREATE TABLE imports (
    -- Short enough to be typed.
    id TEXT PRIMARY KEY,
    -- The commune.
    shard TEXT NOT NULL,
    -- NULL when it came from the command line.
    by_user TEXT,
    at BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    -- SHA-256 of the file, in hexadecimal digits.
    file_hash TEXT NOT NULL,
    year BIGINT NOT NULL,
    -- The ids of its changes and of the villages it made, as JSON.
    made TEXT NOT NULL,
    undone_at BIGINT
);

CREATE INDEX imports_shard ON imports (shard, at);
