-- When it was first seen that the form does not list the file any more; NULL while it does. A row is forgotten when that is
-- long ago, and its bytes with the last row of their hash.
ALTER TABLE files ADD COLUMN unlisted_since BIGINT;
