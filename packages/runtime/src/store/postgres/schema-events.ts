/**
 * `event_keys` remembers the keys of the bot's own events, as `updates_identity` does the ids of
 * Telegram's updates; only events that were emitted with a key are in it.
 */
export const EVENT_KEYS_SCHEMA = `
  CREATE TABLE event_keys (
    bot_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    at_ms bigint NOT NULL,
    PRIMARY KEY (bot_id, key)
  );
  CREATE INDEX event_keys_age ON event_keys (at_ms);
`;
