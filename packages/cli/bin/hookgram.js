#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this far and say what it needs.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `hookgram needs Node 24.12 or newer: this is ${process.versions.node}. ` +
      `"npm install --save-dev node@24" brings it for a project alone, nodejs.org for all; ` +
      `in a checkout of hookgram, "npm start" does.\n`,
  );
  process.exitCode = 1;
} else {
  // What was compiled is kept in the system's folder for temporary files: later starts take half the time.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  await import("../src/main.ts");
}
