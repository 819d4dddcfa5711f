const WORLD = `
A world file, in which everything may be left out:
  { "bots": [{ "token": "1000000001:AA…", "username": "my_bot", "name": "Me" }],
    "people": [{ "id": 101, "first_name": "Ada" },
               { "id": 201, "first_name": "Bo" }],
    "chats": [{ "id": -1001000000001, "type": "supergroup", "title": "Friends",
                "members": [{ "user": 101 }, { "user": 1000000001 }] }] }
`;

const SERVE_ENVIRONMENT = `
Environment:
  BOT_TOKEN       the bot's token from @BotFather
  WEBHOOK_URL     where Telegram posts to; without it the bot polls
  WEBHOOK_SECRET  what Telegram sends to prove itself; made and kept when absent
  STORE_URL       where updates are kept: sqlite:PATH or postgres://…
  BOT_API_ROOT    another Bot API server than https://api.telegram.org
`;

const OPERATE = `
This works on the bot's store, while the bot runs and while it does not. A bot
that has its SQLite store to itself does it when it is asked, if
\`hookgram serve\` or \`hookgram dev\` runs it, or if it calls answerOperators.
`;

/** What stands below the options in `--help`, by command. */
export const HELP_TEXTS = {
  all: `${SERVE_ENVIRONMENT}
Examples:
  hookgram dev bot.ts                   chat with your bot on this machine
  BOT_TOKEN=… hookgram serve bot.ts     run it on the real Telegram
  hookgram telegram --port 8081 --json  a local Telegram for tests
  hookgram parked list                  what was given up, and why

hookgram COMMAND --help says more about each.`,
  dev: `
Examples:
  hookgram dev bot.ts                     prints where to chat with the bot
  hookgram dev bot.ts --world world.json  with people and groups from the start
  BOT_TOKEN=… hookgram dev bot.ts         on the real Telegram, as serve does
${WORLD}`,
  serve: `${SERVE_ENVIRONMENT}
Examples:
  BOT_TOKEN=… hookgram serve bot.ts
  BOT_TOKEN=… WEBHOOK_URL=https://bot.example.org/updates hookgram serve bot.ts`,
  telegram: `
Give the address that is printed to your bot's library as its API root. Without
a world file that names bots, any well-formed token makes a bot: digits, a
colon, 24 or more letters and digits.

Examples:
  hookgram telegram
  hookgram telegram --port 8081 --world world.json --json
  hookgram telegram --intercept ca.pem    for what knows api.telegram.org only:
    HTTPS_PROXY=http://127.0.0.1:8082 NODE_EXTRA_CA_CERTS=ca.pem \\
    NODE_USE_ENV_PROXY=1 node bot.js
${WORLD}`,
  webhook: `
Environment:
  BOT_TOKEN       the bot's token from @BotFather
  WEBHOOK_SECRET  set: what Telegram sends along to prove itself
  BOT_API_ROOT    another Bot API server than https://api.telegram.org

Examples:
  BOT_TOKEN=… WEBHOOK_SECRET=… hookgram webhook set https://example.org/updates
  BOT_TOKEN=… hookgram webhook info`,
  parked: `${OPERATE}
Examples:
  hookgram parked list --error timeout              those with this error
  hookgram parked show 17                           its update and attempts
  hookgram parked replay 17                         handle it once more
  hookgram parked replay --error timeout --preview  which these would be
  hookgram parked replay --error timeout --rate 5   all, five in a second`,
  doubts: `
An effect is in doubt when the process died while it was under way: it may have
happened, or happened twice. Where the handler asked for it, the update is
parked until somebody decides: hookgram parked --help. An effect named * stands
for all that the attempt may have done besides, and that was not recorded.
${OPERATE}`,
  repairs: `
\`hookgram parked replay\` and \`discard\` of many begin a repair, and do not wait
for its end. With --preview they only plan it: within a day it may be started
here, for exactly what the preview has shown.
${OPERATE}
Examples:
  hookgram repairs list
  hookgram repairs start 3    what was previewed
  hookgram repairs show 3     how far it is, and what it has left out
  hookgram repairs abort 3`,
  pauses: `
Meanwhile updates are accepted and kept. \`hookgram pauses\` shows what is paused.
${OPERATE}
Examples:
  BOT_TOKEN=… hookgram pause --note "the bank is down"
  BOT_TOKEN=… hookgram resume
  hookgram pause --lane 1234567890:-1001000000001   one chat of that bot`,
  nodes: `
A living node gives a sign of life each second (silent ms). One whose process
has ended is gone after 3 seconds, one that stands still after 10 (leaseMs);
the others then handle its lanes, which are conversations.

Examples:
  hookgram nodes --store postgres://bot@db.example.org/bots
  STORE_URL=postgres://… hookgram nodes --json`,
  outbox: `${OPERATE}
Examples:
  hookgram outbox status
  hookgram outbox list --state doubtful   what may have been sent, or not
  hookgram outbox decide 12 again         send it (again)
  hookgram outbox decide 12 sent          it has arrived: do not`,
  broadcasts: `${OPERATE}
Examples:
  hookgram broadcasts list
  hookgram broadcasts show 4      how many were reached, and how many wait
  hookgram broadcasts pause 4     and then: resume 4, or cancel 4`,
} as const;
