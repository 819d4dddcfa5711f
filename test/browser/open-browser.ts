import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sparticuz, { inflate } from "@sparticuz/chromium";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";

/**
 * The package's own list of arguments is for a cloud function: one process for everything, which
 * ends with the first tab, and the Web's security switched off, which this test is about.
 */
const ARGS = [
  // Containers and CI run as root, where Chromium has no sandbox of its own.
  "--no-sandbox",
  // Software graphics in a process of its own is slower than none at all.
  "--disable-gpu",
  // Chromium's own traffic (updates, field trials) has no place in a test without network.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--no-first-run",
];

/** A machine without fonts gets the ones that the package unpacks beside the browser. */
function environment(): NodeJS.ProcessEnv {
  if (existsSync("/etc/fonts/fonts.conf")) return process.env;
  return { ...process.env, FONTCONFIG_PATH: join(tmpdir(), "fonts") };
}

/** Unpacks the system libraries (nss, nspr, expat) that a slim machine lacks. */
async function unpackLibraries(): Promise<string> {
  const main = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  return join(await inflate(join(main, "..", "..", "bin", "al2023.tar.br")), "lib");
}

/** Starts the headless Chromium that npm installed. It is unpacked into the temp folder once. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await sparticuz.executablePath();
  const options = { args: ARGS, executablePath, env: environment() } as LaunchOptions;
  try {
    return await chromium.launch(options);
  } catch {
    // Its own libraries come second: where the system has them, they fit the system better.
    const env = { ...options.env, LD_LIBRARY_PATH: await unpackLibraries() };
    return chromium.launch({ ...options, env });
  }
}
