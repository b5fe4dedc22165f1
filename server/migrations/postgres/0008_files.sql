-- Files of evidence that have arrived whole, each for the form that lists it. Their bytes are in the store, under their
-- hash. Rows are only ever added.
CREATE TABLE files (
    -- SHA-256 of the bytes, in hexadecimal digits.
    hash TEXT NOT NULL,
    -- Whoever lists a hash does not have the file by that: it arrives for each form, and each needs its own proof.
    doc TEXT NOT NULL,
    -- By the content, not by what was said of it.
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Who brought it. What somebody has brought once is not sent again for another form.
    by_user TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (hash, doc)
);

CREATE INDEX files_doc ON files (doc);
