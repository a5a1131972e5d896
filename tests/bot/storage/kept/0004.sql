INSERT INTO changes (id, at, by, action, subject, before, after) VALUES (1, '2026-11-22 08:00:00.000000@', 'cli:pesquet', 'moved', 'entry/1', '{"position": 2}', '{"position": 1}');
INSERT INTO leaderships (name, owner, lease_until) VALUES ('discord', 'a', '2026-11-22 08:00:00.000000@');
INSERT INTO notes (name, value) VALUES ('commands', 'abc');
