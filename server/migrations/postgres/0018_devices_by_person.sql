-- A person's devices, the quietest first: those beyond twenty are forgotten with every exchange, and a commune looks at those
-- of its people.
CREATE INDEX devices_person ON devices (user_id, last_contact);
