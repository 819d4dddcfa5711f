/** The kinds that the page offers; the control interface knows more. */
export type UploadKind = "photo" | "animation" | "video" | "audio" | "document";

/** As what a file is sent: pictures as photos, films as videos, unless they shall stay files. */
export function uploadKind(mimeType: string, asFile: boolean): UploadKind {
  if (asFile) return "document";
  if (mimeType === "image/gif") return "animation";
  if (/^image\/(jpeg|png|webp)$/.test(mimeType)) return "photo";
  if (mimeType === "video/mp4") return "video";
  if (/^audio\/(mpeg|mp4|x-m4a)$/.test(mimeType)) return "audio";
  return "document";
}
