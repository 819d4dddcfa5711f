import { UPDATE_KINDS } from "@hookgram/bot-api";
import { ALBUM_KIND } from "../album/incoming-album.ts";
import { camelCase } from "../context/payload-name.ts";
import { HookgramError } from "../error.ts";
import { describeNonRouter } from "../filter/misplaced.ts";
import { RouterNode } from "./router-node.ts";

/**
 * The methods of routers and bots as they run; what they take is checked by the types in
 * `router.ts` and `bot.ts`. The node behind it is nobody else's business.
 */
export class RouterFace {
  readonly #node: RouterNode;

  constructor(name: string, isRoot = false) {
    this.#node = new RouterNode(name, isRoot);
  }

  static {
    for (const kind of UPDATE_KINDS)
      Object.defineProperty(this.prototype, camelCase(kind), {
        value(this: RouterFace, ...args: unknown[]): void {
          this.#node.register(kind, args);
        },
      });
  }

  /** The node of a router or bot. */
  static nodeOf(face: RouterFace): RouterNode {
    return face.#node;
  }

  get name(): string {
    return this.#node.name;
  }

  get isEnabled(): boolean {
    return this.#node.enabled;
  }

  enable(): void {
    this.#node.enabled = true;
  }

  disable(): void {
    this.#node.enabled = false;
  }

  on(...args: unknown[]): void {
    this.#node.registerEvent(args);
  }

  album(...args: unknown[]): void {
    this.#node.registerEvent([ALBUM_KIND, ...args]);
  }

  errors(...args: unknown[]): void {
    this.#node.register("errors", args);
  }

  filter(...args: unknown[]): this {
    this.#node.addRootFilter(args);
    return this;
  }

  outer(...args: unknown[]): this {
    this.#node.addMiddleware("outer", args);
    return this;
  }

  inner(...args: unknown[]): this {
    this.#node.addMiddleware("inner", args);
    return this;
  }

  onStart(hook: unknown): this {
    this.#node.addHook("onStart", hook);
    return this;
  }

  onStop(hook: unknown): this {
    this.#node.addHook("onStop", hook);
    return this;
  }

  include(...children: unknown[]): this {
    for (const child of children) this.#node.include(this.#nodeToInclude(child));
    return this;
  }

  #nodeToInclude(child: unknown): RouterNode {
    if (typeof child === "object" && child !== null && #node in child) return child.#node;
    throw new HookgramError(
      "bad-router-tree",
      `Router "${this.name}", include: it takes routers, not ${describeNonRouter(child)}`,
    );
  }
}
