import type { Checklist, PaidMediaInfo } from "@hookgram/bot-api";
import { priceText } from "../text/quantity-text.ts";

/** A title with a few lines below it. */
export function TitleCard({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div class="title-card">
      <strong dir="auto">{title}</strong>
      {lines.map((line, index) => (
        <p key={index} class="text" dir="auto">
          {line}
        </p>
      ))}
    </div>
  );
}

/** A checklist: what is done has a tick. */
export function ChecklistCard({ checklist }: { readonly checklist: Checklist }) {
  const lines = checklist.tasks.map(({ text, completion_date: doneAt }) => {
    return `${doneAt === undefined ? "☐" : "☑"} ${text}`;
  });
  return <TitleCard title={checklist.title} lines={lines} />;
}

/** Media that has to be bought: how much of it there is, and what it costs. */
export function PaidMediaCard({ media }: { readonly media: PaidMediaInfo }) {
  const { star_count: stars, paid_media: parts } = media;
  const count = parts.length === 1 ? "1 part" : `${parts.length} parts`;
  return <TitleCard title="Paid media" lines={[`${count}, ${priceText(stars, "XTR")}`]} />;
}
