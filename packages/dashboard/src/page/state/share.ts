import { control } from "../control/control-client.ts";
import { attempt } from "./notices.ts";
import { whereNow } from "./threads.ts";
import { me } from "./world.ts";

/** A place that everybody knows: the page does not ask where the developer is. */
const GREENWICH = { latitude: 51.4779, longitude: -0.0015 };

/** Sends a location into the open chat. */
export async function shareLocation(): Promise<void> {
  await attempt(() => control.share({ ...whereNow(), location: GREENWICH }));
}

/** Sends the contact of the person that plays into the open chat. */
export async function shareContact(): Promise<void> {
  const { id, first_name, last_name, phone_number } = me.value!;
  const names = last_name === undefined ? { first_name } : { first_name, last_name };
  const contact = { ...names, phone_number, user_id: id };
  await attempt(() => control.share({ ...whereNow(), contact }));
}
