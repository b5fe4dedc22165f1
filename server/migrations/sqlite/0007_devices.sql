-- Phones and browsers that sync, as they reported themselves last, so that a commune sees which one has gone quiet.
CREATE TABLE devices (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    last_contact BIGINT NOT NULL,
    unsent BIGINT NOT NULL,
    oldest_unsent BIGINT,
    app_version TEXT NOT NULL,
    -- Milliseconds the device's clock is ahead of the server's.
    clock_offset BIGINT,
    -- 0 or 1; NULL when the browser cannot say.
    persisted BIGINT,
    PRIMARY KEY (id, user_id)
);
