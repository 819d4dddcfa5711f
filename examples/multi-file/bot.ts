/** A bot in several files: this one puts it together. */
import { Bot } from "hookgram";

import { admin } from "./routers/admin.ts";
import { feedback } from "./routers/feedback.ts";
import { start } from "./routers/start.ts";

const adminId = Number(process.env["ADMIN_ID"] ?? 1);

// What is given to `next` here, every router below finds in its context.
const bot = new Bot().outer((_context, next) => next({ adminId }));

// They are asked in this order, and the first handler that wants an update gets it.
bot.include(admin, start, feedback);

export default bot;
