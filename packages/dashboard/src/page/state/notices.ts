import { signal } from "@preact/signals";

/** A line that shows for a while; an error stays longer. */
export interface Notice {
  readonly id: number;
  readonly kind: "toast" | "error";
  readonly text: string;
}

const TOAST_MS = 4000;
const ERROR_MS = 8000;

/** The lines that show now, oldest first. */
export const notices = signal<readonly Notice[]>([]);
/** The text of the alert that waits for its "OK". */
export const alertText = signal<string | undefined>(undefined);

let lastId = 0;

/** Takes a line away before its time. */
export function dismissNotice(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Shows a line for a while. The same line again only renews the time. */
export function notify(kind: Notice["kind"], text: string): void {
  lastId += 1;
  const id = lastId;
  notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, kind, text }];
  setTimeout(() => dismissNotice(id), kind === "toast" ? TOAST_MS : ERROR_MS);
}

/** Runs `action` and shows its error, if it fails, as a notice. Says whether it had success. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    notify("error", error instanceof Error ? error.message : String(error));
    return false;
  }
}
