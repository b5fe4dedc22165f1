-- A document is keyed by its shard first, so that documents can be spread over machines by their commune: whatever is unique there
-- has to name what they are spread by. An id is found by its own index; that it lies in one commune only is refused by `whereabouts`.
CREATE TABLE documents_by_shard (
    id TEXT NOT NULL,
    shard TEXT NOT NULL,
    place TEXT NOT NULL,
    -- Of a subject: household, unit, ...; of an assessment, a decision and a supporter: the word.
    kind TEXT NOT NULL,
    -- Of an assessment: its subject, title, year and stage. Title and year of a decision too.
    subject TEXT,
    title TEXT,
    year BIGINT,
    stage TEXT,
    -- Of a subject: the years in which it counts.
    since BIGINT,
    until BIGINT,
    -- Of a subject and of a supporter: its name without marks, for search (SQLite folds ASCII only), and a key in the order of
    -- Vietnamese lists.
    folded TEXT,
    sort_key TEXT,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- Of an assessment: when the village finished it, in milliseconds.
    finished BIGINT,
    -- Of a subject and of a supporter: what it is found by.
    searched TEXT,
    -- In which figures a document is counted, as bits (0020).
    figures BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, id)
);

INSERT INTO documents_by_shard (rowid, id, shard, place, kind, subject, title, year, stage, since, until, folded, sort_key, seq,
    body, finished, searched, figures)
SELECT rowid, id, shard, place, kind, subject, title, year, stage, since, until, folded, sort_key, seq, body, finished, searched,
    figures
FROM documents ORDER BY rowid;

DROP TABLE documents;

ALTER TABLE documents_by_shard RENAME TO documents;

CREATE INDEX documents_id ON documents (id, shard);
-- The feed of a shard, by state.
CREATE UNIQUE INDEX documents_feed ON documents (shard, seq);
-- Lists of the subjects of a village.
CREATE INDEX documents_place ON documents (place, kind);
-- The assessments of a subject.
CREATE INDEX documents_subject ON documents (subject, year);
CREATE INDEX documents_finished ON documents (title, year, place, finished, figures) WHERE finished IS NOT NULL;
