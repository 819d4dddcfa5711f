/** What compiles and what does not: states and their data. Never run. */
import { z } from "zod";
import { and, inGroup, noState, or, Router, states, text } from "../index.ts";

const router = new Router("types");
const Order = states("order", {
  start: null,
  count: z.object({ item: z.string() }),
  confirm: z.object({ item: z.string(), count: z.coerce.number(), note: z.string().optional() }),
});

router.message(Order.count, text(/^\d+$/), async ({ data, state, message, match }) => {
  const item: string = data.item;
  await state.enter(Order.confirm, { item, count: match[0] });
  await state.enter(Order.start);
  const again: { item: string } = await state.update({ item: message.text });
  const now: { item: string } = state.data;
  void [again, now];
  // @ts-expect-error Expected 1 arguments, but got 2
  await state.enter(Order.start, { item });
  // @ts-expect-error Expected 2 arguments, but got 1
  await state.enter(Order.count);
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  await state.enter(Order.count, { item: 1 });
  // @ts-expect-error Property 'item' is missing
  await state.enter(Order.count, {});
  // @ts-expect-error 'count' does not exist in type 'Partial<{ item: string; }>'
  await state.update({ count: 1 });
});

// The schema's output is what a handler gets, its input what is entered.
router.message(Order.confirm, ({ data }) => {
  const count: number = data.count;
  const note: string | undefined = data.note;
  void [count, note];
});
router.message(Order.start, ({ data, state }) => {
  const none: null = data;
  void [none, state.data];
});

// Without a state filter there is neither data nor an update of it.
router.message(async ({ state }) => {
  const order: { item: string } | undefined = await state.read(Order.count);
  void order;
  // @ts-expect-error Property 'data' does not exist on type 'StateControl'
  void state.data;
});
// @ts-expect-error Property 'data' does not exist
router.message(noState(), ({ data }) => void data);

// Several states give the union of their data.
router.message(or(Order.start, Order.count), ({ data }) => {
  const item: string | undefined = data?.item;
  void item;
  // @ts-expect-error 'data' is possibly 'null'
  void data.item;
});
router.message(inGroup(Order), ({ data }) => void data?.item);
router.message(and(Order.count, text()), ({ data, message }) => {
  const words: readonly string[] = [data.item, message.text];
  void words;
});

// States are for every kind of update.
router.callbackQuery(Order.count, ({ data, callbackQuery }) => void [data.item, callbackQuery.id]);

// @ts-expect-error A state needs a schema or null
states("bad", { start: undefined });
// @ts-expect-error No such strategy
states("bad", { start: null }, { strategy: "world" });
