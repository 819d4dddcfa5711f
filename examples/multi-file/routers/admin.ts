import { command, Router } from "hookgram";

import type { Desk } from "../desk.ts";

// For everybody else this router is not there.
export const admin = new Router<Desk>("admin").filter(({ from, adminId }) => from?.id === adminId);

admin.message(command("start"), ({ reply }) => reply("Feedback will come to you."));
admin.message(command("feedback"), ({ reply }) => reply("You would write to yourself."));
