/** One run of the handler, as it was written down while it ran. */
export interface HandlerRun {
  readonly chatId: number;
  readonly updateId: number;
  /** How many updates of the chat the conversation's state had counted, this one included. */
  readonly count: number;
  readonly atMs: number;
}

/** What Telegram sent to one chat, in its order, and what of it was answered 2xx. */
export interface SentUpdate {
  readonly chatId: number;
  readonly updateId: number;
  readonly isAcknowledged: boolean;
}

export interface HistoryReport {
  /** Acknowledged, and no handler ever ran to its end. */
  readonly lost: readonly number[];
  /** Handled, but never sent. */
  readonly unexpected: readonly number[];
  /** Handled after an update that was sent later in the same chat. */
  readonly reordered: readonly number[];
  /** Counted by the state more or less than once. */
  readonly misapplied: readonly number[];
  /** Handled more than once in a row: the end of the first run was not on disk when it was killed. */
  readonly repeated: readonly number[];
}

/**
 * Compares what was sent with what was handled. An update without acknowledgement may have been
 * handled or not; everything else has one right history per chat.
 */
export function checkHistory(
  sent: readonly SentUpdate[],
  runs: readonly HandlerRun[],
): HistoryReport {
  const known = new Set(sent.map(({ updateId }) => updateId));
  const handled = new Set(runs.map(({ updateId }) => updateId));
  const report = {
    lost: sent.filter((it) => it.isAcknowledged && !handled.has(it.updateId)).map(idOf),
    unexpected: runs.filter(({ updateId }) => !known.has(updateId)).map(idOf),
    reordered: [] as number[],
    misapplied: [] as number[],
    repeated: [] as number[],
  };
  const runsByChat = Map.groupBy(runs, ({ chatId }) => chatId);
  for (const [chatId, ofChat] of Map.groupBy(sent, (it) => it.chatId)) {
    const order = new Map(
      ofChat.filter(({ updateId }) => handled.has(updateId)).map((it, at) => [it.updateId, at + 1]),
    );
    checkChat(runsByChat.get(chatId) ?? [], order, report);
  }
  return report;
}

function checkChat(
  runs: readonly HandlerRun[],
  order: ReadonlyMap<number, number>,
  report: { reordered: number[]; misapplied: number[]; repeated: number[] },
): void {
  let furthest = 0;
  for (const { updateId, count } of runs) {
    const place = order.get(updateId) ?? 0;
    if (place < furthest) report.reordered.push(updateId);
    else if (place === furthest) report.repeated.push(updateId);
    else if (place > furthest + 1) report.reordered.push(updateId);
    if (count !== place) report.misapplied.push(updateId);
    furthest = Math.max(furthest, place);
  }
}

function idOf({ updateId }: { readonly updateId: number }): number {
  return updateId;
}
