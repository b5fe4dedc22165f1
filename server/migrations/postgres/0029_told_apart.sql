-- Two subjects that somebody has looked at and that are two: they are not offered for merging again. The smaller id stands first.
CREATE TABLE told_apart (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    told_by TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (one, other)
);
