import { control } from "../control/control-client.ts";
import type { Group, GroupMember, User } from "../control/control-shapes.ts";
import { attempt } from "../state/notices.ts";
import { fullName, isMember, presentMembers, world } from "../state/world.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";

interface MembersDialogProps {
  readonly group: Group;
  readonly onClose: () => void;
}

const STATUSES = ["member", "administrator", "restricted", "kicked", "left"] as const;

function setStatus(group: Group, user: User, status: string): void {
  const who = user.is_bot ? { bot: user.id } : { person: user.id };
  void attempt(() => control.setMember({ chat: group.id, ...who, status }));
}

function MemberRow({ group, member }: { readonly group: Group; readonly member: GroupMember }) {
  const { user, status } = member;
  const name = fullName(user);
  return (
    <li class="member">
      <Avatar id={user.id} name={name} kind={user.is_bot ? "bot" : "person"} size="small" />
      <span>{name}</span>
      {status === "creator" ? (
        <small>creator</small>
      ) : (
        <select
          aria-label={`Status of ${name}`}
          value={status}
          onChange={(event) => setStatus(group, user, event.currentTarget.value)}
        >
          {STATUSES.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      )}
    </li>
  );
}

function StrangerRow({ group, user }: { readonly group: Group; readonly user: User }) {
  const name = fullName(user);
  return (
    <li class="member stranger">
      <Avatar id={user.id} name={name} kind={user.is_bot ? "bot" : "person"} size="small" />
      <span>{name}</span>
      <IconButton
        icon="plus"
        label={`Add ${name}`}
        onPress={() => setStatus(group, user, "member")}
      />
    </li>
  );
}

/** Who is in the group, with which status; and who could be added. */
export function MembersDialog({ group, onClose }: MembersDialogProps) {
  const { people = [], bots = [] } = world.value ?? {};
  const strangers = [...bots, ...people].filter(({ id }) => !isMember(group, id));
  return (
    <Dialog title={`Members of ${group.title}`} onClose={onClose}>
      <ul class="members">
        {presentMembers(group).map((member) => (
          <MemberRow key={member.user.id} group={group} member={member} />
        ))}
      </ul>
      {strangers.length > 0 && (
        <>
          <h3>Not in the group</h3>
          <ul class="members">
            {strangers.map((user) => (
              <StrangerRow key={user.id} group={group} user={user} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
