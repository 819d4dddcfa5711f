import type { MessageEntity } from "@hookgram/bot-api";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { sayNow } from "../state/compose.ts";
import { entitiesToNodes, withoutBlockBreaks, type FormattedNode } from "./formatted-nodes.ts";
import { safeLink } from "./safe-link.ts";

type EntityNode = Extract<FormattedNode, { kind: "entity" }>;

interface LinkProps {
  readonly to: string;
  readonly children: ComponentChildren;
}

/** A link that somebody else wrote; what must not be followed is shown as plain text. */
function Link({ to, children }: LinkProps) {
  const href = safeLink(to);
  if (href === undefined) return <span class="dead-link">{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" title={href}>
      {children}
    </a>
  );
}

function Spoiler({ children }: { readonly children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const open = (): void => setOpen(true);
  if (isOpen) return <span class="spoiler open">{children}</span>;
  return (
    <span
      class="spoiler"
      role="button"
      tabIndex={0}
      aria-label="Hidden text. Show it"
      onClick={open}
      onKeyDown={(event) => event.key === "Enter" && open()}
    >
      <span aria-hidden="true">{children}</span>
    </span>
  );
}

function Expandable({ children }: { readonly children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <blockquote class={`expandable ${isOpen ? "open" : ""}`}>
      <div>{children}</div>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "less" : "more"}
      </button>
    </blockquote>
  );
}

function CodeBlock({ node }: { readonly node: EntityNode }) {
  const { language } = node.entity;
  return (
    <div class="code-block">
      {language !== undefined && <small>{language}</small>}
      <pre tabIndex={0}>
        <code>{node.text}</code>
      </pre>
    </div>
  );
}

function Command({ text }: { readonly text: string }) {
  return (
    <button type="button" class="command" title={`Send ${text}`} onClick={() => void sayNow(text)}>
      {text}
    </button>
  );
}

function Mention({ entity, children }: { entity: MessageEntity; children: ComponentChildren }) {
  const title = entity.user === undefined ? undefined : `User ${entity.user.id}`;
  return (
    <span class="mention" title={title}>
      {children}
    </span>
  );
}

function EntityView({ node }: { readonly node: EntityNode }) {
  const { entity, text } = node;
  const children = <Nodes nodes={node.children} />;
  switch (entity.type) {
    case "bold":
      return <strong>{children}</strong>;
    case "italic":
      return <em>{children}</em>;
    case "underline":
      return <u>{children}</u>;
    case "strikethrough":
      return <s>{children}</s>;
    case "spoiler":
      return <Spoiler>{children}</Spoiler>;
    case "code":
      return <code>{text}</code>;
    case "pre":
      return <CodeBlock node={node} />;
    case "blockquote":
      return <blockquote>{children}</blockquote>;
    case "expandable_blockquote":
      return <Expandable>{children}</Expandable>;
    case "text_link":
      return <Link to={entity.url ?? ""}>{children}</Link>;
    case "url":
      return <Link to={text}>{children}</Link>;
    case "email":
      return <Link to={`mailto:${text}`}>{children}</Link>;
    case "phone_number":
      return <Link to={`tel:${text}`}>{children}</Link>;
    case "bot_command":
      return <Command text={text} />;
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return <Mention entity={entity}>{children}</Mention>;
    case "custom_emoji":
    case "date_time":
      return <span title={entity.custom_emoji_id ?? String(entity.unix_time)}>{children}</span>;
  }
}

function Nodes({ nodes }: { readonly nodes: readonly FormattedNode[] }) {
  const shown = withoutBlockBreaks(nodes);
  return (
    <>
      {shown.map((node, index) =>
        node.kind === "text" ? node.text : <EntityView key={index} node={node} />,
      )}
    </>
  );
}

interface FormattedTextProps {
  readonly text: string;
  readonly entities?: readonly MessageEntity[] | undefined;
}

const FEW_EMOJI = /^\p{RGI_Emoji}{1,3}$/v;

/** A message's text with its formatting. Everything becomes text nodes and a few known elements. */
export function FormattedText({ text, entities = [] }: FormattedTextProps) {
  const isBig = entities.length === 0 && FEW_EMOJI.test(text);
  return (
    <div class={isBig ? "text big" : "text"} dir="auto">
      <Nodes nodes={entitiesToNodes(text, entities)} />
    </div>
  );
}
