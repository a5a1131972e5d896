-- What it has besides when it was used with this one.

INSERT INTO pauses (id, since, until, reason, by, ended_at, ended_by)
VALUES (1, '2026-11-01 08:00:00.000000@', NULL, 'Holidays: « été » 🏁', 'cli:anna', '2026-11-02 08:00:00.000000@', 'cli:ben');

INSERT INTO skips (date, at, by)
VALUES ('2026-12-25', '2026-11-01 08:00:00.000000@', 'cli:anna');

UPDATE alerts SET publication_attempts = 2 WHERE id = 1;
