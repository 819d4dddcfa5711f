import { render } from "preact";
import { App } from "./app.tsx";
import { followPlace, stayConnected } from "./state/live.ts";
import { followForcedReplies } from "./state/reply-keyboard.ts";

render(<App />, document.querySelector("#app")!);
followPlace();
followForcedReplies();
void stayConnected();
