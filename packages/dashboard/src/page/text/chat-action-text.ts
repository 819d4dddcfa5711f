/** What people see for each `action`. @see https://core.telegram.org/bots/api#sendchataction */
const ACTION_TEXTS: Readonly<Record<string, string>> = {
  typing: "typing",
  upload_photo: "sending a photo",
  record_video: "recording a video",
  upload_video: "sending a video",
  record_voice: "recording a voice message",
  upload_voice: "sending a voice message",
  upload_document: "sending a file",
  choose_sticker: "choosing a sticker",
  find_location: "looking for a place",
  record_video_note: "recording a video message",
  upload_video_note: "sending a video message",
};

/** What the bot is doing, as in "sending a photo". */
export function chatActionText(action: string): string {
  return ACTION_TEXTS[action] ?? "busy";
}
