import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatMember } from "@hookgram/bot-api";
import {
  ANY_STATUS,
  Bot,
  DEMOTED,
  INSIDE,
  JOIN,
  KICKED,
  LEAVE,
  type MemberStatus,
  type MemberTransition,
  or,
  otherThan,
  OUTSIDE,
  PROMOTED,
  RESTRICTED,
  transition,
  UNBANNED,
  UNRESTRICTED,
} from "../index.ts";
import { createTestHost, SAMPLE_USER, sampleUpdate } from "../testing.ts";

/** A member with this status, as Telegram writes it. */
function member(status: MemberStatus): ChatMember {
  const [name, inside] = status.split("_");
  const restriction = inside === undefined ? {} : { is_member: inside === "inside" };
  return { status: name, user: SAMPLE_USER, ...restriction } as ChatMember;
}

function change(from: MemberStatus, to: MemberStatus) {
  const members = { old_chat_member: member(from), new_chat_member: member(to) };
  return sampleUpdate("chat_member", members as never);
}

async function matches(filter: MemberTransition, from: MemberStatus, to: MemberStatus) {
  const bot = new Bot();
  bot.chatMember(filter as MemberTransition, () => undefined);
  const { status } = await createTestHost(bot).feed(change(from, to));
  return status === "handled";
}

/** Every change that a transition matches, as `left→member`. */
async function changesOf(filter: unknown): Promise<string[]> {
  const found: string[] = [];
  for (const from of ANY_STATUS)
    for (const to of ANY_STATUS)
      if (from !== to && (await matches(filter as MemberTransition, from, to)))
        found.push(`${short(from)}→${short(to)}`);
  return found.toSorted();
}

const short = (status: MemberStatus): string =>
  ({ restricted_inside: "+restricted", restricted_outside: "-restricted" })[status as string] ??
  status;

/** Written by hand: `a b → c d` stands for the four changes between them. */
const TABLE: readonly (readonly [string, unknown, string])[] = [
  ["JOIN", JOIN, "left kicked -restricted → creator administrator member +restricted"],
  ["LEAVE", LEAVE, "creator administrator member +restricted → left kicked -restricted"],
  ["KICKED", KICKED, "creator administrator member +restricted -restricted left → kicked"],
  ["UNBANNED", UNBANNED, "kicked → creator administrator member +restricted -restricted left"],
  ["PROMOTED", PROMOTED, "member +restricted -restricted left kicked → administrator"],
  ["DEMOTED", DEMOTED, "creator administrator → member +restricted"],
  ["RESTRICTED", RESTRICTED, "creator administrator member → +restricted"],
  ["UNRESTRICTED", UNRESTRICTED, "+restricted → member"],
  [
    "JOIN.reversed()",
    JOIN.reversed(),
    "creator administrator member +restricted → left kicked -restricted",
  ],
  ["one to one", transition("left", "member"), "left → member"],
  [
    "joined lists",
    transition("left", [...INSIDE, "kicked"]),
    "left → creator administrator member +restricted kicked",
  ],
];

function expand(line: string): string[] {
  const [from = [], to = []] = line.split(" → ").map((side) => side.split(" "));
  return from.flatMap((old) => to.map((now) => `${old}→${now}`)).toSorted();
}

describe("member transitions", () => {
  for (const [name, filter, line] of TABLE)
    it(`${name}: ${line}`, async () => assert.deepEqual(await changesOf(filter), expand(line)));

  it("are joined by or()", async () => {
    const either = await changesOf(or(PROMOTED, DEMOTED));
    assert.deepEqual(
      either,
      [...(await changesOf(PROMOTED)), ...(await changesOf(DEMOTED))].toSorted(),
    );
  });

  it("cover every change once: inside, outside, in and out", async () => {
    const parts = [JOIN, LEAVE, transition(INSIDE, INSIDE), transition(OUTSIDE, OUTSIDE)];
    const changes = (await Promise.all(parts.map(changesOf))).flat();
    assert.equal(changes.length, 7 * 6);
    assert.equal(new Set(changes).size, 7 * 6);
  });

  it("hold for the bot itself in my_chat_member", async () => {
    const bot = new Bot();
    bot.myChatMember(KICKED, ({ chatMember, chat }) => {
      assert.equal(chatMember.new_chat_member.status, "kicked");
      assert.equal(chat.id, 7);
    });
    const members = { old_chat_member: member("member"), new_chat_member: member("kicked") };
    const { status } = await createTestHost(bot).feed(
      sampleUpdate("my_chat_member", members as never),
    );
    assert.equal(status, "handled");
  });

  it("know all statuses but some", () => {
    assert.deepEqual(otherThan("left", "kicked"), [...INSIDE, "restricted_outside"]);
  });
});
