import { useRef, useState } from "preact/hooks";
import { addFiles } from "../state/compose.ts";
import { connection } from "../state/live.ts";
import { conversation } from "../state/place.ts";
import { openThread } from "../state/threads.ts";
import { isOpenChatHere, world } from "../state/world.ts";
import { ChatHeader } from "./chat-header.tsx";
import { Composer } from "./composer.tsx";
import { TopicSwitch } from "./topic-switch.tsx";
import { MessageList } from "./message-list.tsx";

function EmptyPane() {
  const open = conversation.value;
  if (world.value === undefined) {
    const isLost = connection.value === "lost";
    return <p class="empty">{isLost ? "The local Telegram does not answer." : "Connecting…"}</p>;
  }
  if (open?.kind === "group") {
    return (
      <div class="empty-chat">
        <h2>Group {open.chat} is not here</h2>
        <p>It may have been on this Telegram before a reset. Choose another chat.</p>
      </div>
    );
  }
  return (
    <div class="empty-chat">
      <h2>{open === undefined ? "No bot is here yet" : `Bot ${open.bot} is not here yet`}</h2>
      <p>
        Point a bot at this Telegram: any library has an option for the API root, and any
        well-formed token works.
      </p>
      <pre>
        <code>{location.origin}</code>
      </pre>
      <p>
        Or run one with <code>npx hookgram dev bot.ts</code>. Its chat opens by itself.
      </p>
    </div>
  );
}

/** Counts enter and leave events of all children, as they come in pairs. */
function useFileDrop() {
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const move = (step: number) => (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    addFiles(event.dataTransfer?.files ?? []);
  };
  return {
    isOver,
    handlers: { onDragEnter: move(1), onDragLeave: move(-1), onDragOver: move(0), onDrop },
  };
}

/** The open chat: whose it is, what was said, and where one writes. Files may be dropped on it. */
export function ChatPane() {
  const { isOver, handlers } = useFileDrop();
  if (!isOpenChatHere.value) {
    return (
      <main class="chat-pane">
        <EmptyPane />
      </main>
    );
  }
  return (
    <main class="chat-pane" {...handlers}>
      <ChatHeader />
      <TopicSwitch />
      <MessageList key={openThread.value} />
      <Composer key={`composer ${openThread.value}`} />
      {isOver && <div class="drop-sign">Drop the files to send them</div>}
    </main>
  );
}
