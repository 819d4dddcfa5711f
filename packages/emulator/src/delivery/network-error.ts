import { getSystemErrorName } from "node:util";

/** What `strerror` says about the errors that a connection to a webhook can have. */
const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  EADDRNOTAVAIL: "Cannot assign requested address",
  ECONNABORTED: "Software caused connection abort",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  EHOSTUNREACH: "No route to host",
  EINVAL: "Invalid argument",
  ENETDOWN: "Network is down",
  ENETUNREACH: "Network is unreachable",
  EPIPE: "Broken pipe",
  ETIMEDOUT: "Connection timed out",
};

/** Node names each reason why a certificate is refused; Telegram's text is the same for all. */
const CERTIFICATE_CODES =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/;
const CERTIFICATE_TEXT = "SSL error {error:0A000086:SSL routines::certificate verify failed}";

/** An error of a socket, as far as its text depends on it. */
export interface SocketError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

/** The text for `last_error_message`; undefined for what only says that the peer hung up. */
export function networkErrorText(error: SocketError): string | undefined {
  const code = error.code ?? "";
  if (CERTIFICATE_CODES.test(code)) return CERTIFICATE_TEXT;
  const ssl = /error:([0-9A-F]{8}):([^:]*):[^:]*:([^:]*)/.exec(error.message);
  if (ssl !== null) return `SSL error {error:${ssl[1]}:${ssl[2]}::${ssl[3]}}`;
  // Node reports a clean close in the middle of a TLS handshake as a reset without a system call.
  if (error.syscall === undefined) return undefined;
  const name = error.errno === undefined ? code : getSystemErrorName(error.errno);
  return SYSTEM_TEXTS[name] ?? SYSTEM_TEXTS[code] ?? error.message;
}
