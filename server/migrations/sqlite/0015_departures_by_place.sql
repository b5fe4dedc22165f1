-- A family may be given to another village of its commune, so a document can leave several places of one shard. Each is told to
-- the phones that read it.
CREATE TABLE departures_by_place (
    shard TEXT NOT NULL,
    document TEXT NOT NULL,
    -- The document's place when it left; a village's phone hears of its own places only.
    place TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shard, document, place)
);

INSERT INTO departures_by_place (shard, document, place, seq) SELECT shard, document, place, seq FROM departures;

DROP TABLE departures;

ALTER TABLE departures_by_place RENAME TO departures;

-- The feed of a shard.
CREATE INDEX departures_feed ON departures (shard, seq);
