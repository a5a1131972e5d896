-- What a database has that was used with the first schema.
-- The @ stands for the offset, where the database wants one.

UPDATE counters SET value = 5 WHERE name = 'entries';

UPDATE counters SET value = 9 WHERE name = 'checks';

INSERT INTO entries (id, rank, state, pinned_to, used_on, city, texts, tags, photos)
VALUES
    (1, 4294967296, 'ready', NULL, NULL, '{"name": "Le Mans", "country": "FR", "department": "Sarthe", "region": "Pays de la Loire", "latitude": 48.0, "longitude": 0.2, "population": 143252, "altitude": 51, "timezone": "Europe/Paris", "geoname_id": 3003603}', '{"fr": "Le Mans, « la nuit » 🏁", "en": "Le Mans at night"}', '["LeMans", "24h"]', '[{"file": "ab.jpg", "alt": "La ville", "credit": {"author": "Thomas Pesquet", "source": "ESA", "licence": "CC BY-SA 3.0 IGO", "link": ""}}]'),
    (2, 8589934592, 'draft', NULL, NULL, '{"name": "Le Mans", "country": "FR", "department": "Sarthe", "region": "Pays de la Loire", "latitude": 48.0, "longitude": 0.2, "population": 143252, "altitude": 51, "timezone": "Europe/Paris", "geoname_id": 3003603}', '{}', '[]', '[]'),
    (3, -4294967296, 'held', '2031-01-01', NULL, '{"name": "Le Mans", "country": "FR", "department": "Sarthe", "region": "Pays de la Loire", "latitude": 48.0, "longitude": 0.2, "population": 143252, "altitude": 51, "timezone": "Europe/Paris", "geoname_id": 3003603}', '{"fr": "Le Mans, « la nuit » 🏁", "en": "Le Mans at night"}', '["LeMans", "24h"]', '[{"file": "ab.jpg", "alt": "La ville", "credit": {"author": "Thomas Pesquet", "source": "ESA", "licence": "CC BY-SA 3.0 IGO", "link": ""}}]'),
    (4, 1, 'ready', NULL, '2026-11-22', '{"name": "Le Mans", "country": "FR", "department": "Sarthe", "region": "Pays de la Loire", "latitude": 48.0, "longitude": 0.2, "population": 143252, "altitude": 51, "timezone": "Europe/Paris", "geoname_id": 3003603}', '{"fr": "Le Mans, « la nuit » 🏁", "en": "Le Mans at night"}', '["LeMans", "24h"]', '[{"file": "ab.jpg", "alt": "La ville", "credit": {"author": "Thomas Pesquet", "source": "ESA", "licence": "CC BY-SA 3.0 IGO", "link": ""}}]');

INSERT INTO editions (date, entry, opened_at, due_at, closes_at, open)
VALUES
    ('2026-11-22', '{"id": 4, "date": null, "held": false, "city": {"name": "Le Mans", "country": "FR", "department": "Sarthe", "region": "Pays de la Loire", "latitude": 48.0, "longitude": 0.2, "population": 143252, "altitude": 51, "timezone": "Europe/Paris", "geoname_id": 3003603}, "texts": {"fr": "Le Mans, « la nuit » 🏁", "en": "Le Mans at night"}, "tags": ["LeMans", "24h"], "photos": [{"file": "ab.jpg", "alt": "La ville", "credit": {"author": "Thomas Pesquet", "source": "ESA", "licence": "CC BY-SA 3.0 IGO", "link": ""}}]}', '2026-11-22 07:59:00.000000@', '2026-11-22 08:00:00.000000@', '2026-11-22 22:00:00.000000@', TRUE),
    ('2026-11-21', NULL, NULL, '2026-11-21 08:00:00.000000@', '2026-11-21 22:00:00.000000@', FALSE);

INSERT INTO publications (date, destination, status, key, next_attempt_at, attempts, armed_at, sent_text, owner, token, lease_until, remote_id, url, published_at, error, message)
VALUES
    ('2026-11-21', 'a', 'missed', '', NULL, 0, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '', 'Down.'),
    ('2026-11-22', 'a', 'scheduled', 'k-a', '2026-11-22 08:00:00.000000@', 0, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '', ''),
    ('2026-11-22', 'b', 'publishing', 'k-b', NULL, 2, '2026-11-22 08:00:00.123456@', '#LeMans', 'worker', 'token', '2026-11-22 08:02:00.000000@', NULL, NULL, NULL, '', ''),
    ('2026-11-22', 'c', 'published', 'k-c', NULL, 1, NULL, '#LeMans', NULL, NULL, NULL, '42', 'https://example.org/42', '2026-11-22 08:00:01.000000@', '', ''),
    ('2026-11-22', 'd', 'failed', 'k-d', NULL, 1, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, 'Permanent', 'Too long.'),
    ('2026-11-22', 'e', 'unconfirmed', 'k-e', NULL, 5, '2026-11-22 08:00:00.000000@', '#LeMans', NULL, NULL, NULL, NULL, NULL, NULL, 'AmbiguousOutcome', 'No answer.'),
    ('2026-11-22', 'f', 'cancelled', 'k-f', NULL, 0, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '', '');

INSERT INTO holds (destination, since, reason)
VALUES
    ('d', '2026-11-22 08:00:00.000000@', 'Refused.');
