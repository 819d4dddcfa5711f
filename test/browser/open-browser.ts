import sparticuz from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

/**
 * The package's own list of arguments is for a cloud function: one process for everything, which
 * ends with the first tab, and the Web's security switched off, which this test is about.
 */
const ARGS = [
  // Containers and CI run as root, where Chromium has no sandbox of its own.
  "--no-sandbox",
  "--disable-gpu",
  // Chromium's own traffic (updates, field trials) has no place in a test without network.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--no-first-run",
];

/** Starts the headless Chromium that npm installed. It is unpacked into the temp folder once. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ args: ARGS, executablePath: await sparticuz.executablePath() });
}
