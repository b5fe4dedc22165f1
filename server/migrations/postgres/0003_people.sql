-- People who sign in, and colleagues whose names stand in histories (without a password hash).
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    -- In small letters; what is typed at sign-in.
    username TEXT UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- Argon2id, as a PHC string.
    password_hash TEXT,
    -- 0 or 1.
    disabled BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

-- The units a person answers for. Resolved on today's map, so a merger moves nobody by hand.
CREATE TABLE user_units (
    user_id TEXT NOT NULL REFERENCES users (id),
    unit_id TEXT NOT NULL REFERENCES units (id),
    PRIMARY KEY (user_id, unit_id)
);

-- Signed-in browsers. Only a hash of the cookie's token is kept.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id);
