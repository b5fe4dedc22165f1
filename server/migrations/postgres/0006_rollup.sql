-- Totals per village, title and year, moved in the transaction that writes a document. `banhoc check` recounts them.
-- The columns are those of shared::rollup::Counts.
CREATE TABLE rollup (
    place TEXT NOT NULL,
    title TEXT NOT NULL,
    year BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    subjects BIGINT NOT NULL,
    registered BIGINT NOT NULL,
    started BIGINT NOT NULL,
    scored BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    verified BIGINT NOT NULL,
    recognised BIGINT NOT NULL,
    conflicted BIGINT NOT NULL,
    doubted BIGINT NOT NULL,
    subjects_conflicted BIGINT NOT NULL,
    PRIMARY KEY (title, place, year)
);
