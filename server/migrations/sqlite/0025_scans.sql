-- Scans of signed papers: of a decision, of what a set of criteria was read from. The file lies in the store under its hash.
-- Nothing here is forgotten: it is what was signed.
CREATE TABLE scans (
    -- The id of the decision or of the proposal whose paper it is.
    paper TEXT NOT NULL,
    hash TEXT NOT NULL,
    -- As the file was called.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    by_user TEXT NOT NULL,
    -- In milliseconds.
    made_at BIGINT NOT NULL,
    PRIMARY KEY (paper, hash)
);
