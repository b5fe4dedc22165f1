-- Browsers that somebody has signed in from: whoever guesses passwords from the same address does not shut them out. Only a hash
-- of the cookie's token is kept. One browser may be known to several people.
CREATE TABLE known_devices (
    user_id TEXT NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, token_hash)
);

CREATE INDEX known_devices_token ON known_devices (token_hash);
