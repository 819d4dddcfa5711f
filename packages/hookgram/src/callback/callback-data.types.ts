/** What compiles and what does not: the fields of buttons. Never run. */
import { z } from "zod";
import { callbackData, Router } from "../index.ts";

const Page = callbackData("page", {
  number: z.number(),
  order: z.enum(["asc", "desc"]).optional(),
  day: z.string().transform((day) => new Date(day)),
  size: z.coerce.number(),
});

const data: string = Page.pack({ number: 1, day: "2026-11-21", size: "10" });
Page.keyboard({ Next: { number: 2, day: "2026-11-21", size: 10, order: "asc" } });
Page.keyboard([["1", { number: 1, day: "2026-11-21", size: 10 }]], [3, 2]);
Page.button("Next", { number: 2, day: "2026-11-21", size: null }, { style: "primary" });

// @ts-expect-error Property 'number' is missing
Page.pack({ day: "2026-11-21", size: 1 });
// @ts-expect-error Type 'string' is not assignable to type 'number'
Page.pack({ number: "1", day: "2026-11-21", size: 1 });
// @ts-expect-error '"up"' is not assignable to type '"asc" | "desc"'
Page.pack({ number: 1, day: "2026-11-21", size: 1, order: "up" });
// @ts-expect-error 'colour' does not exist
Page.pack({ number: 1, day: "2026-11-21", size: 1, colour: "red" });
// @ts-expect-error "a button's field is a text, a number, a boolean or null"
callbackData("user", { user: z.object({ id: z.number() }) });
callbackData("all", { any: z.any(), none: z.null(), maybe: z.literal("x").nullish(), n: z.int() });

callbackData(
  "seat",
  { row: z.number() },
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  { version: 2, migrate: () => ({ row: "7" }) },
);

const unpacked = Page.unpack(data);
if (unpacked.ok) void unpacked.button.day.getTime();
else void (unpacked.reason satisfies "foreign" | "outdated");

new Router("types").callbackQuery(Page, ({ button }) => {
  const day: Date = button.day;
  const order: "asc" | "desc" | undefined = button.order;
  void [button.number + button.size, day, order];
});
