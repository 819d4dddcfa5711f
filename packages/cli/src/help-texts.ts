const WORLD = `
A world file, in which everything may be left out:
  { "bots":   [{ "token": "1000000001:AA…", "username": "my_bot", "name": "My bot" }],
    "people": [{ "id": 101, "first_name": "Ada" }, { "id": 201, "first_name": "Olga" }],
    "chats":  [{ "id": -1001000000001, "type": "supergroup", "title": "Friends",
                  "members": [{ "user": 101 }, { "user": 1000000001 }] }] }
`;

const SERVE_ENVIRONMENT = `
Environment:
  BOT_TOKEN       the bot's token from @BotFather
  WEBHOOK_URL     where Telegram posts to; without it, serve asks Telegram by long polling
  WEBHOOK_SECRET  what Telegram sends along to prove itself; made up and kept when absent
  STORE_URL       where serve keeps updates: sqlite:PATH or postgres://…
  BOT_API_ROOT    another Bot API server than https://api.telegram.org
`;

/** What stands below the options in `--help`, by command. */
export const HELP_TEXTS = {
  all: `${SERVE_ENVIRONMENT}
Examples:
  hookgram dev bot.ts                     chat with your bot on this machine, no token needed
  BOT_TOKEN=… hookgram serve bot.ts       run it on the real Telegram
  hookgram telegram --port 8081 --json    a local Telegram for tests in any language
  hookgram parked list                    what was given up, and why; see also: repairs, doubts,
                                          pause, resume, outbox, broadcasts
  BOT_TOKEN=… hookgram webhook info       what Telegram knows of your webhook

hookgram COMMAND --help says more about each.`,
  dev: `
Examples:
  hookgram dev bot.ts                       prints the address of a page to chat with the bot
  hookgram dev bot.ts --world world.json    with people and groups from the start
  BOT_TOKEN=… hookgram dev bot.ts           on the real Telegram instead, as serve does
${WORLD}`,
  serve: `${SERVE_ENVIRONMENT}
Examples:
  BOT_TOKEN=… hookgram serve bot.ts
  BOT_TOKEN=… WEBHOOK_URL=https://bot.example.org/updates hookgram serve bot.ts --port 8080`,
  telegram: `
Give the address that is printed to your bot's library as its API root. Without a world file that
names bots, any well-formed token makes a bot: digits, a colon, 24 or more letters and digits.

Examples:
  hookgram telegram
  hookgram telegram --port 8081 --world world.json --json
  hookgram telegram --intercept ca.pem      for programs that know api.telegram.org only:
    HTTPS_PROXY=http://127.0.0.1:8082 NODE_EXTRA_CA_CERTS=ca.pem NODE_USE_ENV_PROXY=1 node bot.js
${WORLD}`,
  webhook: `
Environment:
  BOT_TOKEN       the bot's token from @BotFather
  WEBHOOK_SECRET  set: what Telegram sends along to prove itself
  BOT_API_ROOT    another Bot API server than https://api.telegram.org

Examples:
  BOT_TOKEN=… WEBHOOK_SECRET=… hookgram webhook set https://bot.example.org/updates
  BOT_TOKEN=… hookgram webhook info`,
  operate: `
These commands work on the bot's store, while it runs and while it does not. A SQLite store that a
running bot has to itself is asked through the bot, if \`hookgram serve\` runs it.

Examples:
  hookgram parked list --error timeout              what was given up, newest first
  hookgram parked show 17                           with the update and what its attempts did
  hookgram parked replay 17                         one
  hookgram parked replay --error timeout --preview  what a replay of many would do
  hookgram parked replay --error timeout --rate 5   do it, five in a second
  hookgram repairs show 3                           how far that is; hookgram repairs abort 3
  hookgram pause --note "the bank is down"          the bot of BOT_TOKEN; hookgram resume
  hookgram outbox list --state doubtful             what may be there twice
  hookgram broadcasts show 4                        how far; pause 4, resume 4, cancel 4`,
} as const;
