-- Sets of criteria that one person has given and another signs off, with what became of them.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    set_id TEXT NOT NULL,
    -- The file as it was given: TOML.
    file TEXT NOT NULL,
    by_user TEXT NOT NULL,
    -- In milliseconds.
    made_at BIGINT NOT NULL,
    -- waiting, added, refused or withdrawn.
    state TEXT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT,
    -- Why it was refused.
    reason TEXT
);

CREATE INDEX proposals_state ON proposals (state, made_at);
