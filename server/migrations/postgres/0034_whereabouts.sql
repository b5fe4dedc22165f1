-- In which shard each document lies, for whoever knows its id only. That a document lies in one commune and not in two is refused by
-- this key. `banhoc check` compares it with the documents, `banhoc rebuild` writes it again.
CREATE TABLE whereabouts (
    id TEXT PRIMARY KEY,
    shard TEXT NOT NULL
);

INSERT INTO whereabouts (id, shard) SELECT id, shard FROM documents;
