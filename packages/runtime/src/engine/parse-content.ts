import type { Update } from "@hookgram/bot-api";

/**
 * The update's object, whether it has been parsed already or not.
 * @throws SyntaxError when the bytes are not JSON.
 */
export function parseContent(content: Update | Uint8Array): Update {
  if (!(content instanceof Uint8Array)) return content;
  const { buffer, byteOffset, byteLength } = content;
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()) as Update;
}
