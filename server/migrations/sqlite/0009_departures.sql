-- Documents that left a shard, because communes were merged, split, or exchanged villages. The row keeps a number in the feed of
-- the shard that was left, so that phones which read the document there learn that it is gone. A document that leaves the same
-- shard twice has one row, with its last departure.
CREATE TABLE departures (
    shard TEXT NOT NULL,
    document TEXT NOT NULL,
    -- The document's place when it left; a village's phone hears of its own places only.
    place TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shard, document)
);

-- The feed of a shard.
CREATE INDEX departures_feed ON departures (shard, seq);
