-- Who this database is: one row. Phones refuse answers from another server, and offer again what they had sent when the epoch
-- is a new one, because the database was restored from a backup.
CREATE TABLE identity (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    server TEXT NOT NULL,
    epoch TEXT NOT NULL
);

-- What this server knows and tells nobody: the key that opens sealed letters, the key that marks their senders. In base64.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
