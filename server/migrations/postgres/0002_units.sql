-- Organisational units through all their days. The body is the unit as JSON; kind and code stand beside it for people with a SQL
-- prompt. The code is no key: it was reused in 2025.
CREATE TABLE units (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    code TEXT,
    body TEXT NOT NULL
);
