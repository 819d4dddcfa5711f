/** The page's own icons: lines in a square of 24. */
const PATHS = {
  send: "M4.5 12 20 4.5 15 20l-3.6-6.2ZM11.4 13.8 20 4.5",
  attach:
    "M20 11.5 12.2 19a5 5 0 0 1-7-7l8.3-8a3.4 3.4 0 0 1 4.8 4.8l-8.2 7.9a1.7 1.7 0 0 1-2.5-2.5l7.4-7",
  slash: "M5 4.5h14v15H5ZM13.8 8.5l-3.6 7",
  keyboard: "M3.5 6.5h17v11h-17ZM7 10h.01M10.3 10h.01M13.6 10h.01M17 10h.01M8.5 14h7",
  reply: "M10 6 4.5 11.5 10 17v-3.6c4.6-.2 7.4 1 9.5 4.1C19 12 15.5 9.6 10 9.500Z",
  edit: "M5 19l1-4L16.5 4.500l3 3L9 18ZM14 7l3 3",
  trash: "M5 7h14M9.5 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.3 10.500v5.500M13.7 10.500v5.5",
  code: "M8.5 7 4 12l4.5 5M15.5 7 20 12l-4.5 5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15.5 15.5 20 20",
  pause: "M8.5 6v12M15.5 6v12",
  play: "M8 5.500v13l10.5-6.500Z",
  reset: "M5 12a7 7 0 1 0 2.3-5.200M5 4.500v4h4",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v1.500M12 19.500V21M3 12h1.500M19.5 12H21M5.6 5.600l1.1 1.100M17.3 17.300l1.1 1.100M5.6 18.400l1.1-1.100M17.3 6.700l1.1-1.1",
  moon: "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10Z",
  auto: "M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16Z",
  chats: "M4 5.500h12v8.500H9.500L6.5 17v-3H4ZM18.5 9H20v8.500h-2V20l-3-2.500h-4.5",
  chat: "M4 5.500h16v10.500h-9L7 19.500V16H4Z",
  journal: "M5 6.500h3M5 12h3M5 17.500h3M11 6.500h8M11 12h8M11 17.500h5",
  check: "M5 12.5 9.5 17 19 7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 7.500V12l3 2",
  block: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.5 6.500l11 11",
  users:
    "M9 5a3.3 3.3 0 1 0 0 6.600A3.3 3.3 0 0 0 9 5ZM3 19c.3-3.3 2.7-5 6-5s5.7 1.7 6 5M15.5 5.500a3 3 0 0 1 0 5.800M17.5 14.300c2.1.6 3.3 2.2 3.5 4.7",
  user: "M12 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM5 20c.4-3.8 3.2-5.5 7-5.500s6.6 1.7 7 5.5",
  down: "M6 9.500l6 6 6-6",
  file: "M6.5 3.500h7l4 4v13h-11ZM13.5 3.500v4h4",
  pin: "M12 20.500s6.5-5.7 6.5-10.700a6.5 6.5 0 0 0-13 0c0 5 6.5 10.7 6.5 10.700ZM12 7.500a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.600Z",
  link: "M9 15 19 5M12.5 5H19v6.500M16 13.500V19H5V8h5.5",
  copy: "M8.5 8.500h11v11h-11ZM15.5 8.500v-4h-11v11h4",
  app: "M4.5 5.500h15v13h-15ZM4.5 9.500h15M7.5 7.500h.01",
  warning: "M12 4.5 21 19.500H3ZM12 10v4.500M12 17h.01",
  bot: "M6 8.500h12v10H6ZM12 8.500V5M9.5 12.500v1.500M14.5 12.500v1.500M3.5 12v3.500M20.5 12v3.5",
} as const;

/** The name of one of the icons. */
export type IconName = keyof typeof PATHS;

/** An icon beside or instead of words. It is hidden from screen readers: its button has the name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
