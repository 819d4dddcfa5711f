/**
 * `npm run archives`: makes the archives that a registry would carry, to try them in a project of one's
 * own, and prints how.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";

import { COMMAND, stagePackages } from "./stage.ts";

const { folder, packages } = await stagePackages("stage-to-pack", COMMAND);
const archives = path.join(path.dirname(folder), "packed");
rmSync(archives, { recursive: true, force: true });
mkdirSync(archives);
execFileSync("npm", [
  "pack",
  "--silent",
  "--ignore-scripts",
  "--pack-destination",
  archives,
  ...packages,
]);
process.stdout.write(`In your project:\n\n  npm install ${archives}/*.tgz\n`);
