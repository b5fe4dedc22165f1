-- Stories of those who hold a title, told to everybody once they and their commune agree. They stand beside the documents and not in
-- them, because whoever takes their consent back is forgotten: the row goes, and no history keeps it.
CREATE TABLE exemplars (
    -- The form whose title it is about.
    form TEXT PRIMARY KEY,
    story TEXT NOT NULL,
    -- A photo of the form, by its hash; nothing for none.
    photo TEXT,
    -- Who agreed, and the day; nothing as long as nobody has.
    consent_by TEXT NOT NULL,
    consent_on TEXT,
    -- 1: everybody may read it.
    shown BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    -- In milliseconds.
    saved_at BIGINT NOT NULL
);
CREATE INDEX exemplars_shown ON exemplars (shown, saved_at);
