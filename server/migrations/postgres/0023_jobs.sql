-- Long work that somebody asked for: an export of many rows. A row is written when it is asked, and says how far the work is
-- until its result is forgotten.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    -- The code of a kind (server/src/services/jobs/kind.rs).
    kind TEXT NOT NULL,
    by_user TEXT NOT NULL,
    -- The unit whose figures are asked for.
    unit TEXT NOT NULL,
    -- What it is, short, as a page names it: the name of a table with its ending.
    what TEXT NOT NULL,
    -- What exactly, as the kind reads it. JSON.
    asked TEXT NOT NULL,
    -- The language of the result.
    language TEXT NOT NULL,
    -- waiting, running, done, failed or cancelled.
    state TEXT NOT NULL,
    -- 0 or 1: its owner wants it to end. The work asks between two pieces.
    stops BIGINT NOT NULL DEFAULT 0,
    pieces_done BIGINT NOT NULL DEFAULT 0,
    -- 0 until the work knows.
    pieces BIGINT NOT NULL DEFAULT 0,
    made_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    -- The server that does it, and when that last said so.
    server TEXT,
    heard_at BIGINT,
    -- Why it failed (shared::job::Fault).
    fault TEXT,
    -- Its result, which lies in the store of files under the id.
    file_name TEXT,
    media_type TEXT,
    file_bytes BIGINT
);

-- Somebody's own, the newest first; and what waits, the oldest first.
CREATE INDEX jobs_user ON jobs (by_user, made_at);
CREATE INDEX jobs_state ON jobs (state, made_at);
