import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Bundles src/page. `tools/build-page.ts` says into which folder. */
export default defineConfig({
  root: fileURLToPath(new URL("src/page", import.meta.url)),
  base: "/",
  publicDir: false,
  logLevel: "warn",
  build: {
    // Two years of browsers; they know light-dark() and nested CSS.
    target: ["chrome124", "firefox125", "safari17.5"],
    // The page has one chunk, and an inlined polyfill would break its Content-Security-Policy.
    modulePreload: false,
    // A data: URL is not allowed by the policy either.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
