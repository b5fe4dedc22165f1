-- Criteria sets that were given beside those that come with the program. A set is never altered: what was begun with it is
-- judged by it for good.
CREATE TABLE criteria_sets (
    id TEXT PRIMARY KEY,
    -- As JSON.
    body TEXT NOT NULL,
    -- In milliseconds.
    added_at BIGINT NOT NULL
);
