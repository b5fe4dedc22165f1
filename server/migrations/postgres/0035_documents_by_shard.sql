-- A document is keyed by its shard first, so that documents can be spread over machines by their commune: whatever is unique there
-- has to name what they are spread by. An id is found by its own index; that it lies in one commune only is refused by `whereabouts`.
ALTER TABLE documents DROP CONSTRAINT documents_pkey;
ALTER TABLE documents ADD PRIMARY KEY (shard, id);
CREATE INDEX documents_id ON documents (id, shard);
