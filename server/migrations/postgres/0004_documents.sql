-- A shard is a commune. Its row is the lock under which its documents change and its numbers are given out.
CREATE TABLE shards (
    id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- Documents as they stand. The body is the whole document; the other columns are copies to find it by.
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    shard TEXT NOT NULL,
    place TEXT NOT NULL,
    -- Of a subject: household, unit, ...; of an assessment: the word assessment.
    kind TEXT NOT NULL,
    -- Of an assessment: its subject, title, year and stage.
    subject TEXT,
    title TEXT,
    year BIGINT,
    stage TEXT,
    -- Of an assessment: 1 when it counts as passed.
    passed BIGINT,
    -- Of a subject: the years in which it counts; 1 when there is something to ask about.
    since BIGINT,
    until BIGINT,
    doubted BIGINT,
    -- 1 when two people wrote a field apart.
    conflicted BIGINT NOT NULL,
    -- Of a subject: its name without marks, for search (SQLite folds ASCII only), and a key in the order of Vietnamese lists.
    folded TEXT,
    sort_key TEXT COLLATE "C",
    seq BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- The feed of a shard, by state.
CREATE UNIQUE INDEX documents_feed ON documents (shard, seq);
-- Lists of the subjects of a village.
CREATE INDEX documents_place ON documents (place, kind);
-- The assessments of a subject.
CREATE INDEX documents_subject ON documents (subject, year);
