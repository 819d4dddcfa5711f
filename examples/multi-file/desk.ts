/** What bot.ts provides. A router that says `new Router<Desk>` does not compile without it. */
export interface Desk {
  /** Who reads the feedback. */
  readonly adminId: number;
}
