import { command, Router } from "hookgram";

export const start = new Router("start");

start.message(command("start"), ({ reply }) => reply("Tell me what you think: /feedback"));
