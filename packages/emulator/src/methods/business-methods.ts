import type { BusinessConnection } from "@hookgram/bot-api";
import { businessView } from "../world/business.ts";
import type { BusinessConnectionRecord } from "../world/business.ts";
import { removeMessages } from "../world/post-message.ts";
import type { PersonRecord } from "../world/user-record.ts";
import type { World } from "../world/world.ts";
import { businessConnection, chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { readMessageIds } from "./message-ids.ts";
import type { MethodCall } from "./method.ts";
import { requireRight } from "./business-right.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#setbusinessaccountname */
const NAME_MAX = 64;
/** @see https://core.telegram.org/bots/api#setbusinessaccountbio */
const BIO_MAX = 140;

/** Methods of a bot that answers in the name of a person. */
export function businessMethods(world: World): Handlers {
  return {
    getBusinessConnection: (call) => getConnection(world, call),
    readBusinessMessage: (call) => readMessage(world, call),
    deleteBusinessMessages: (call) => deleteMessages(world, call),
    setBusinessAccountName: (call) => setName(world, call),
    setBusinessAccountUsername: (call) => setUsername(world, call),
    setBusinessAccountBio: (call) => setBio(world, call),
  };
}

function getConnection(world: World, call: MethodCall): BusinessConnection {
  return businessView(world, businessConnection(world, call));
}

function readMessage(world: World, call: MethodCall): true {
  requireRight(businessConnection(world, call), "can_read_messages");
  const { conversation } = chatOf(world, call, "read");
  if (!conversation.messages.has(call.params.integer("message_id") ?? 0)) {
    throw badRequest("MESSAGE_ID_INVALID");
  }
  return true;
}

/** The messages are all in one chat of the connection, which is found by them. */
function deleteMessages(world: World, call: MethodCall): true {
  const connection = businessConnection(world, call);
  requireRight(connection, "can_delete_all_messages");
  const ids = readMessageIds(call.params);
  const chats = [...world.state.conversations.values()].filter(
    ({ businessConnectionId }) => businessConnectionId === connection.id,
  );
  const chat = chats.find(({ messages }) => ids.every((id) => messages.has(id)));
  if (chat === undefined) throw badRequest("MESSAGE_ID_INVALID");
  removeMessages(world, chat, ids);
  return true;
}

function setName(world: World, call: MethodCall): true {
  const firstName = (call.params.text("first_name") ?? "").trim();
  const lastName = (call.params.text("last_name") ?? "").trim();
  const connection = businessConnection(world, call);
  requireRight(connection, "can_edit_name");
  if (firstName === "" || firstName.length > NAME_MAX || lastName.length > NAME_MAX) {
    throw badRequest("FIRSTNAME_INVALID");
  }
  return changePerson(world, connection, ({ last_name: _, ...person }) => ({
    ...person,
    first_name: firstName,
    ...(lastName === "" ? {} : { last_name: lastName }),
  }));
}

function setUsername(world: World, call: MethodCall): true {
  const username = call.params.text("username") ?? "";
  const connection = businessConnection(world, call);
  requireRight(connection, "can_edit_username");
  if (username !== "" && !/^[A-Za-z]\w{3,31}$/.test(username)) throw badRequest("USERNAME_INVALID");
  return changePerson(world, connection, ({ username: _, ...person }) => ({
    ...person,
    ...(username === "" ? {} : { username }),
  }));
}

function setBio(world: World, call: MethodCall): true {
  const bio = (call.params.text("bio") ?? "").trim();
  const connection = businessConnection(world, call);
  requireRight(connection, "can_edit_bio");
  if (bio.length > BIO_MAX) throw badRequest("ABOUT_TOO_LONG");
  return changePerson(world, connection, ({ bio: _, ...person }) => ({
    ...person,
    ...(bio === "" ? {} : { bio }),
  }));
}

function changePerson(
  world: World,
  { personId }: BusinessConnectionRecord,
  change: (person: PersonRecord) => PersonRecord,
): true {
  world.state.people.set(personId, change(world.state.people.get(personId)!));
  world.record({ type: "world", change: "person-changed", id: personId });
  return true;
}
