import type { Params, UploadedFile } from "../methods/method.ts";
import { lenientBoolean, lenientInteger } from "./lenient-values.ts";

const ATTACH = "attach://";

/**
 * The parameters of one call, collected from all sources in the order query string, then body.
 *
 * **Invariant:** the first occurrence of a name wins, for values and for files.
 */
export class CallParams implements Params {
  readonly #values = new Map<string, string>();
  readonly #files = new Map<string, UploadedFile>();

  add(name: string, value: string): void {
    if (!this.#values.has(name)) this.#values.set(name, value);
  }

  addFile(name: string, file: UploadedFile): void {
    if (!this.#files.has(name)) this.#files.set(name, file);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  integer(name: string): number | undefined {
    const text = this.#values.get(name);
    return text === undefined ? undefined : lenientInteger(text);
  }

  boolean(name: string): boolean {
    return lenientBoolean(this.#values.get(name));
  }

  json(name: string): unknown {
    const text = this.#values.get(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  }

  file(name: string): UploadedFile | undefined {
    const own = this.#files.get(name);
    if (own !== undefined) return own;
    const text = this.#values.get(name);
    return text?.startsWith(ATTACH) ? this.#files.get(text.slice(ATTACH.length)) : undefined;
  }

  names(): readonly string[] {
    return [...new Set([...this.#values.keys(), ...this.#files.keys()])];
  }
}
