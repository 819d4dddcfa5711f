import type { GameHighScore, Message } from "@hookgram/bot-api";
import { userOf } from "../world/directory.ts";
import { messageView } from "../world/message-view.ts";
import { editMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import type { MessageTarget } from "./message-access.ts";
import { messageOf } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { SENDINGS, chatToSend, postInto } from "./send-content.ts";
import { readUserId } from "./user-id.ts";

/** Methods about games. */
export function gameMethods(world: World): Handlers {
  return {
    sendGame: (call) => sendGame(world, call),
    setGameScore: (call) => setScore(world, call),
    getGameHighScores: (call) => getHighScores(world, call),
  };
}

/** A bot whose games nobody named has any game that it asks for. */
function sendGame(world: World, call: MethodCall): Message {
  const name = call.params.text("game_short_name") ?? "";
  const { games } = world.state.bots.get(call.bot.id)!;
  const game = games === undefined ? { title: name, description: "" } : games[name];
  if (name === "" || game === undefined) throw badRequest("wrong game short name specified");
  const chat = chatToSend(world, call, SENDINGS.game);
  const stored = postInto(world, call, chat, { game: { ...game, photo: [] } });
  stored.gameShortName = name;
  stored.markup ??= { inline_keyboard: [[{ text: `Play ${game.title}`, callback_game: {} }]] };
  return messageView(world, chat.conversation, stored);
}

function setScore(world: World, call: MethodCall): Message {
  const { params, bot } = call;
  const { userId, target } = playerAndGame(world, call);
  const { chat, message } = target;
  const score = params.integer("score") ?? 0;
  if (score < 0) throw badRequest("Wrong game score specified");
  message.scores ??= new Map();
  const before = message.scores.get(userId) ?? 0;
  if (score <= before && !params.boolean("force")) throw badRequest("BOT_SCORE_NOT_MODIFIED");
  message.scores.set(userId, score);
  const isVisible = !params.boolean("disable_edit_message");
  editMessage(world, chat.conversation, message, { byId: bot.id, isVisible });
  return messageView(world, chat.conversation, message);
}

/** The best of those who played, and where the person is among them. */
function getHighScores(world: World, call: MethodCall): GameHighScore[] {
  const { scores = new Map<number, number>() } = playerAndGame(world, call).target.message;
  const ranked = [...scores].toSorted(([, a], [, b]) => b - a);
  return ranked.map(([id, score], index) => ({
    position: index + 1,
    user: userOf(world, id)!,
    score,
  }));
}

function playerAndGame(
  world: World,
  call: MethodCall,
): { readonly userId: number; readonly target: MessageTarget } {
  const userId = readUserId(call.params);
  const target = messageOf(world, call, "edit", "message with the game");
  const { content, senderId } = target.message;
  if (content.game === undefined || senderId !== call.bot.id)
    throw badRequest("MESSAGE_ID_INVALID");
  if (!world.state.people.has(userId)) throw badRequest("user not found");
  return { userId, target };
}
