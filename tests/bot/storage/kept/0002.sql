-- What it has besides when it was used with this one.

UPDATE editions SET timezone = 'Asia/Tokyo', entry_id = 4, city_key = 'geonames:3003603'
WHERE date = '2026-11-22';

UPDATE entries SET city_key = 'geonames:3003603';

INSERT INTO alerts (id, channel, kind, subject, message, once, raised_at, attempts, due_at, told_at)
VALUES
    (1, 'admins', 'failed', '2026-11-22/d', 'Too long.', NULL, '2026-11-22 08:00:00.000000@', 0, '2026-11-22 08:00:00.000000@', NULL),
    (2, 'log', 'low_stock', 'queue', 'Low.', 'low_stock/2026-11-22', '2026-11-22 08:00:00.000000@', 3, '2026-11-22 09:00:00.000000@', '2026-11-22 09:00:00.000000@');
