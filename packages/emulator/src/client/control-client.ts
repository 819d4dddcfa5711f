import { EmulatorError } from "../world/emulator-error.ts";

/** What an operation of the control interface answered. */
export type ControlOutcome<T> =
  | { readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly status: number; readonly error: string };

/** The control interface of an emulator, in this process or elsewhere. */
export class ControlClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/$/, "");
  }

  /** Does something. @throws {EmulatorError} with the one line that says what is wrong. */
  async post<T>(operation: string, body: object): Promise<T> {
    return resultOf(await this.try<T>(operation, body));
  }

  /** Reads something. @throws {EmulatorError} with the one line that says what is wrong. */
  async get<T>(operation: string, query: object = {}): Promise<T> {
    const given = Object.entries(query).map(([name, value]) => [name, String(value)]);
    const search = new URLSearchParams(given).toString();
    return resultOf(await outcomeOf<T>(await fetch(`${this.#url}/${operation}?${search}`)));
  }

  /** Does something that may be refused. */
  async try<T>(operation: string, body: object): Promise<ControlOutcome<T>> {
    const init = { method: "POST", body: JSON.stringify(body) };
    return outcomeOf(await fetch(`${this.#url}/${operation}`, init));
  }
}

async function outcomeOf<T>(response: Response): Promise<ControlOutcome<T>> {
  const body = (await response.json()) as T & { readonly error?: string };
  if (response.ok) return { ok: true, result: body };
  return { ok: false, status: response.status, error: body.error ?? response.statusText };
}

function resultOf<T>(outcome: ControlOutcome<T>): T {
  if (outcome.ok) return outcome.result;
  throw new EmulatorError(outcome.status === 404 ? "not-found" : "bad-request", outcome.error);
}
