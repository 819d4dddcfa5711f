import { effect, signal, type Signal } from "@preact/signals";

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** A choice that the browser remembers. Where it may not, the choice lasts as long as the page. */
export function remembered<T extends string>(
  name: string,
  choices: readonly T[],
  initial: T,
): Signal<T> {
  const stored = choices.find((choice) => choice === read(`hookgram.${name}`));
  const choice = signal<T>(stored ?? initial);
  effect(() => {
    try {
      localStorage.setItem(`hookgram.${name}`, choice.value);
    } catch {
      // The browser forbids storage; nothing else depends on it.
    }
  });
  // The same choice in another window, or in a chat beside.
  addEventListener("storage", ({ key, newValue }) => {
    const chosen = choices.find((one) => one === newValue);
    if (key === `hookgram.${name}` && chosen !== undefined) choice.value = chosen;
  });
  return choice;
}
