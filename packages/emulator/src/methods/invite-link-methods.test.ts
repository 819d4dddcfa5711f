import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatInviteLink } from "@hookgram/bot-api";
import { openChannel, openForum } from "../../test/open-chats.ts";
import { BEN, START_S } from "../../test/stage.ts";

const CARL = 1003;

describe("an invite link", () => {
  it("lets as many people in as it says, until it expires or is revoked", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    await stage.act("addPerson", { id: CARL, first_name: "Carl" });
    const made = await stage.ok<ChatInviteLink>("createChatInviteLink", {
      chat_id: chat,
      name: "Fair",
      member_limit: 1,
      expire_date: START_S + 60,
    });
    assert.equal(made.name, "Fair");
    assert.equal(made.creates_join_request, false);
    await stage.act("leave", { person: BEN, chat });
    await stage.act("join", { person: CARL, invite_link: made.invite_link });
    const joined = (await stage.updates()).find(({ chat_member }) => chat_member?.invite_link);
    assert.equal(joined?.chat_member?.invite_link?.invite_link, made.invite_link);
    const full = { person: BEN, invite_link: made.invite_link };
    assert.match(await stage.fails("join", full), /^409 the invite link was used up/);
    await stage.pass(61);
    assert.match(await stage.fails("join", full), /^409 the invite link has expired/);
    const revoked = await stage.ok<ChatInviteLink>("revokeChatInviteLink", {
      chat_id: chat,
      invite_link: made.invite_link,
    });
    assert.equal(revoked.is_revoked, true);
    assert.match(await stage.fails("join", full), /^409 the invite link was revoked/);
  });

  it("can make a request of joining, which the bot hears of with the link", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    await stage.act("addPerson", { id: CARL, first_name: "Carl" });
    const { invite_link } = await stage.ok<ChatInviteLink>("createChatInviteLink", {
      chat_id: chat,
      creates_join_request: true,
    });
    await stage.act("join", { person: CARL, invite_link });
    const [update] = await stage.updates();
    assert.equal(update?.chat_join_request?.invite_link?.pending_join_request_count, 1);
    await stage.ok("approveChatJoinRequest", { chat_id: chat, user_id: CARL });
    const member = await stage.ok<{ status: string }>("getChatMember", {
      chat_id: chat,
      user_id: CARL,
    });
    assert.equal(member.status, "member");
  });

  it("has one primary one, which exporting replaces", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    const first = await stage.ok<string>("exportChatInviteLink", { chat_id: chat });
    const second = await stage.ok<string>("exportChatInviteLink", { chat_id: chat });
    assert.notEqual(first, second);
    const info = await stage.ok<{ invite_link: string }>("getChat", { chat_id: chat });
    assert.equal(info.invite_link, second);
  });

  it("of a subscription is for channels, and only its name can change", async () => {
    const { stage, channel, group } = await openChannel();
    await using _ = stage;
    const terms = { subscription_period: 2_592_000, subscription_price: 5 };
    const made = await stage.ok<ChatInviteLink>("createChatSubscriptionInviteLink", {
      chat_id: channel,
      ...terms,
    });
    assert.equal(made.subscription_price, 5);
    const renamed = await stage.ok<ChatInviteLink>("editChatSubscriptionInviteLink", {
      chat_id: channel,
      invite_link: made.invite_link,
      name: "Monthly",
    });
    assert.equal(renamed.name, "Monthly");
    const elsewhere = { chat_id: group, ...terms };
    assert.equal(
      await stage.refusal("createChatSubscriptionInviteLink", elsewhere),
      "Bad Request: CHAT_INVALID",
    );
  });
});
