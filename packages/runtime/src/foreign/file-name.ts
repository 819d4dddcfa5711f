const EXTENSIONS: Readonly<Record<string, string>> = {
  animation: "mp4",
  audio: "mp3",
  certificate: "pem",
  photo: "jpg",
  sticker: "webp",
  thumbnail: "jpg",
  video: "mp4",
  video_note: "mp4",
  voice: "ogg",
};

/**
 * The extension of a file that was given none, by what it is sent as: Telegram takes the type of
 * some files from their names.
 */
export function extensionOf(parameter: string): string {
  return EXTENSIONS[parameter] ?? "dat";
}
