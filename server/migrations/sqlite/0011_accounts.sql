-- 1 when somebody else made the password, so that its owner is asked for one of their own.
ALTER TABLE users ADD COLUMN temporary BIGINT NOT NULL DEFAULT 0;

-- What the browser is, in two words, so that a lost phone is known among the others.
ALTER TABLE sessions ADD COLUMN browser TEXT;
