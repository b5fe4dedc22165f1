-- In which figures a document is counted, as bits (shared::figure): 1 subjects, 2 registered, 4 started, 8 scored, 16 passed,
-- 32 waiting, 64 returned, 128 verified, 256 recognised, 512 doubted, 1024 conflicted, 2048 subjects_conflicted. A list behind
-- a figure is the documents that have its bit. `banhoc rebuild` writes them again.
ALTER TABLE documents ADD COLUMN figures BIGINT NOT NULL DEFAULT 0;
UPDATE documents SET figures = CASE
    WHEN kind <> 'assessment' THEN
        1
        + CASE WHEN doubted = 1 THEN 512 ELSE 0 END
        + CASE WHEN conflicted = 1 THEN 2048 ELSE 0 END
    ELSE
        CASE WHEN stage NOT IN ('withdrawn', 'exempt') THEN 2 ELSE 0 END
        + CASE WHEN stage NOT IN ('withdrawn', 'exempt', 'registered') THEN 4 ELSE 0 END
        + CASE WHEN stage IN ('submitted', 'verified', 'proposed', 'recognised') THEN 8 ELSE 0 END
        + CASE WHEN passed = 1 THEN 16 ELSE 0 END
        + CASE WHEN stage = 'submitted' THEN 32 ELSE 0 END
        + CASE WHEN stage = 'returned' THEN 64 ELSE 0 END
        + CASE WHEN passed = 1 AND stage IN ('verified', 'proposed', 'recognised') THEN 128 ELSE 0 END
        + CASE WHEN stage = 'recognised' THEN 256 ELSE 0 END
        + CASE WHEN conflicted = 1 THEN 1024 ELSE 0 END
    END;
DROP INDEX documents_finished;
ALTER TABLE documents DROP COLUMN passed;
ALTER TABLE documents DROP COLUMN doubted;
ALTER TABLE documents DROP COLUMN conflicted;
CREATE INDEX documents_finished ON documents (title, year, place, finished, figures) WHERE finished IS NOT NULL;

-- The totals of a unit are those of its places, so a dashboard costs what it shows.
ALTER TABLE rollup DROP CONSTRAINT rollup_pkey;
ALTER TABLE rollup ADD PRIMARY KEY (place, title, year);
