const SAFE_SCHEMES: ReadonlySet<string> = new Set([
  "http:",
  "https:",
  "mailto:",
  "tel:",
  "tg:",
  "ton:",
]);

/**
 * The address to follow for a link that somebody else wrote, or undefined when it is none or its
 * scheme could run code in this page. Telegram lets a link start without its scheme.
 */
export function safeLink(written: string): string | undefined {
  const text = written.trim();
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(text)?.[0].toLowerCase() ?? "";
  const isHostAndPort = !SAFE_SCHEMES.has(scheme) && /^\d/.test(text.slice(scheme.length));
  try {
    const url = new URL(scheme === "" || isHostAndPort ? `http://${text}` : text);
    return SAFE_SCHEMES.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
