// Makes a fresh clone ready: the locked dependencies (with the pinned Node among them) and, with
// --page, the built chat page. Runs before `npm start`, `npm test`, `npm run check` and
// `npm run bench`, and does nothing when everything is in place.
// Plain old JavaScript on purpose: the oldest Node must be able to read it and say what is needed.
/* eslint-disable no-var */
"use strict";
var fs = require("fs");
var path = require("path");
var crypto = require("crypto");
var childProcess = require("child_process");

var NODE_MAJOR_MIN = 20;
var root = path.join(__dirname, "..");
var stampFile = path.join(root, "node_modules", ".hookgram-setup");
var localBin = path.join(root, "node_modules", ".bin");

function fail(line) {
  process.stderr.write(line + "\n");
  process.exit(1);
}

/** The hash of the lockfile that node_modules was installed from decides whether to install again. */
function lockHash() {
  var lock = fs.readFileSync(path.join(root, "package-lock.json"));
  return crypto.createHash("sha256").update(lock).digest("hex");
}

function isInstalled() {
  return (
    fs.existsSync(stampFile) &&
    fs.readFileSync(stampFile, "utf8") === lockHash() &&
    fs.existsSync(path.join(localBin, "node"))
  );
}

/** npm follows what went wrong with pages of help; its first lines say it. */
function firstErrors(text) {
  var lines = text.split("\n").filter(function (line) {
    return /^npm error \S/.test(line);
  });
  return lines.slice(0, 5).join("\n") + "\n";
}

function install() {
  process.stdout.write("Setting up: installing the locked dependencies and Node 24 (once)\n");
  // The Node that installs must not be the one inside the folder that `npm ci` deletes.
  var outside = (process.env.PATH || "")
    .split(path.delimiter)
    .filter(function (folder) {
      return path.resolve(folder) !== localBin;
    })
    .join(path.delimiter);
  var result = childProcess.spawnSync("npm", ["ci", "--loglevel=error", "--no-progress"], {
    cwd: root,
    env: Object.assign({}, process.env, { PATH: outside }),
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    process.stderr.write(firstErrors(result.stderr || ""));
    fail(
      "Set-up failed: `npm ci` ended with " +
        (result.error ? result.error.message : "exit code " + result.status) +
        ". Is the npm registry reachable? Mend that and run the command again.",
    );
  }
  fs.writeFileSync(stampFile, lockHash());
}

function buildPage() {
  var script = path.join(root, "tools", "build-page.ts");
  var result = childProcess.spawnSync(path.join(localBin, "node"), [script], {
    cwd: root,
    stdio: "inherit",
  });
  if (result.status !== 0) fail("The chat page could not be built: see the lines above.");
}

var major = Number(process.versions.node.split(".")[0]);
if (major < NODE_MAJOR_MIN) {
  fail(
    "hookgram needs Node " +
      NODE_MAJOR_MIN +
      " or newer to set itself up: this is " +
      process.versions.node +
      ". Install a newer Node (https://nodejs.org) and run the command again.",
  );
}
if (!isInstalled()) install();
if (process.argv.indexOf("--page") !== -1) buildPage();
