-- Every change that was decided, for ever. The row is also the receipt: the same id always gets the same answer.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    doc TEXT NOT NULL,
    -- NULL when the change was refused before it reached a shard.
    shard TEXT,
    by_user TEXT NOT NULL,
    device TEXT,
    -- The device's clock, for people; never for order.
    made_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    outcome TEXT NOT NULL,
    -- What stood in the field before.
    before_value TEXT
);

CREATE INDEX changes_doc ON changes (doc, received_at);
