-- Where members say that they belong: a family to a clan, a citizen to a family and to a unit (shared::membership). Copies of
-- fields, to count and to list by; what was said and is said no longer has no row.
CREATE TABLE links (
    member TEXT NOT NULL,
    field TEXT NOT NULL,
    -- The subject it belongs to, and as what it is counted there.
    belongs_to TEXT NOT NULL,
    base TEXT NOT NULL,
    PRIMARY KEY (member, field)
);
CREATE INDEX links_belongs_to ON links (belongs_to, base);
