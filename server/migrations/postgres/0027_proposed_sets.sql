-- A set of criteria that waits for a second person is called what it is; "proposal" is the word of decisions.
ALTER TABLE proposals RENAME TO proposed_sets;
DROP INDEX proposals_state;
CREATE INDEX proposed_sets_state ON proposed_sets (state, made_at);
