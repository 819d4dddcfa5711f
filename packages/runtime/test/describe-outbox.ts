import { afterEach, beforeEach, describe } from "node:test";

import { describeOutboxBroadcasts } from "./describe-outbox-broadcasts.ts";
import { describeOutboxEnds } from "./describe-outbox-ends.ts";
import { describeOutboxLimits } from "./describe-outbox-limits.ts";
import { describeOutboxOrder } from "./describe-outbox-order.ts";
import { OutboxGround } from "./outbox-ground.ts";
import type { StoreGround } from "./store-ground.ts";

/** What the outbox of every store must do. */
export function describeOutbox(name: string, create: () => Promise<StoreGround>): void {
  describe(`${name} as an outbox`, () => {
    let ground: OutboxGround;
    beforeEach(async () => {
      ground = new OutboxGround(await create());
      await ground.open();
    });
    afterEach(() => ground.close());

    const current = (): OutboxGround => ground;
    describeOutboxOrder(current);
    describeOutboxLimits(current);
    describeOutboxEnds(current);
    describeOutboxBroadcasts(current);
  });
}
