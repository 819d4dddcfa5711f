import { render } from "preact";
import { App } from "./app.tsx";
import { followPlace, stayConnected } from "./state/live.ts";
import { followForcedReplies } from "./state/reply-keyboard.ts";
import { followTitle } from "./state/title.ts";

render(<App />, document.querySelector("#app")!);
followPlace();
followForcedReplies();
followTitle();
void stayConnected();
