import type { ConversationRecord, Draft } from "./conversation.ts";
import { placeOf } from "./place-of.ts";
import type { World } from "./world.ts";

/** "A temporary 30-second preview". @see https://core.telegram.org/bots/api#sendmessagedraft */
const SHOWN_MS = 30_000;

/** A draft as a bot sends it. */
export type NewDraft = Omit<Draft, "shownUntilMs">;

/** Shows a draft in a private chat, in place of the one that is shown there. */
export function showDraft(world: World, conversation: ConversationRecord, fresh: NewDraft): void {
  const { clock } = world.ports;
  const draft = { ...fresh, shownUntilMs: clock.now() + SHOWN_MS };
  conversation.drafts.clear();
  conversation.drafts.set(draft.id, draft);
  const { id: draft_id, content, canStop: can_stop } = draft;
  world.record({ type: "draft", ...placeOf(conversation), draft_id, can_stop, content });
  clock.after(SHOWN_MS, () => {
    if (conversation.drafts.get(draft.id) === draft) takeDraftAway(world, conversation);
  });
}

/** The draft that the person of a private chat sees now. */
export function shownDraft(world: World, { drafts }: ConversationRecord): Draft | undefined {
  const [draft] = drafts.values();
  return draft !== undefined && draft.shownUntilMs > world.ports.clock.now() ? draft : undefined;
}

/** The draft goes: it was stopped, its time is over, or the message itself has come. */
export function takeDraftAway(world: World, conversation: ConversationRecord): void {
  const [draft] = conversation.drafts.values();
  if (draft === undefined) return;
  conversation.drafts.clear();
  const gone = { draft_id: draft.id, can_stop: false };
  world.record({ type: "draft", ...placeOf(conversation), ...gone });
}
