-- Whether this is the demo's database, whose passwords everybody knows: 0 or 1. `banhoc serve` refuses one that is.
ALTER TABLE identity ADD COLUMN demo BIGINT NOT NULL DEFAULT 0;

-- Demos were made in the same default file as real data, without a mark. One is known by its eight accounts.
UPDATE identity SET demo = 1 WHERE (
    SELECT count(*) FROM users WHERE username IN (
        'truongban', 'khaosat', 'canboxa', 'chutichxa', 'phonggd', 'lanhdao', 'giamsat', 'quantri'
    )
) = 8;
