-- Who signed in, failed, read or carried what. Rows are only added; the daily sweep deletes those of more than two years ago.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Who did it. NULL: nobody was signed in, or it was done on the server's own terminal.
    by_user TEXT,
    -- Whose account it concerns, when somebody else's.
    of_user TEXT,
    -- The document that was read.
    doc TEXT,
    -- A file's hash, or what was exported.
    what TEXT,
    -- How often within some minutes; repeated reads and failures share a row.
    times BIGINT NOT NULL,
    -- The address, cut so that it names a network and no household.
    network TEXT
);

CREATE INDEX events_at ON events (at, id);
CREATE INDEX events_kind ON events (kind, at, id);
CREATE INDEX events_by ON events (by_user, at, id);
CREATE INDEX events_of ON events (of_user, at, id);

CREATE FUNCTION events_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are only added';
END
$$;
CREATE TRIGGER events_stand BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION events_stand();
