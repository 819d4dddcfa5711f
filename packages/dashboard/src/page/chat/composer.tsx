import { computed } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { MenuCommand } from "../control/control-shapes.ts";
import {
  addFiles,
  canSend,
  changeDraft,
  draft,
  editLast,
  sayNow,
  send,
  stopWritingAbout,
} from "../state/compose.ts";
import { conversation, place } from "../state/place.ts";
import { isKeyboardHidden, personKeyboard, toggleKeyboard } from "../state/reply-keyboard.ts";
import { menus, openThread, whereNow } from "../state/threads.ts";
import { openWebApp } from "../state/web-app.ts";
import { findGroup, isBlocked, isMember } from "../state/world.ts";
import { commandText, completeCommand } from "../text/command-completion.ts";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { AttachButton } from "./attach-button.tsx";
import { AttachmentTray } from "./attachment-tray.tsx";
import { BlockedBar, JoinBar } from "./barred-bars.tsx";
import { COMMAND_LIST_ID, CommandList, commandOptionId } from "./command-list.tsx";
import { ReplyKeyboard } from "./reply-keyboard-view.tsx";
import { SpeakerSwitch } from "./speaker-switch.tsx";
import { WritingAbout } from "./writing-about.tsx";

/** A longer text scrolls inside its field. */
const FIELD_HEIGHT_MAX_PX = 180;

const commands = computed(() => menus.value.get(openThread.value ?? "")?.commands ?? []);

const placeholder = computed(() => {
  if (draft.value.about?.kind === "edit") return "Edit the message";
  if (draft.value.attachments.length > 0) return "Add a caption";
  return personKeyboard.value?.input_field_placeholder ?? "Write a message";
});

function isTouchScreen(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/**
 * Grows with its text, and takes the focus when one opens a chat, replies, edits or adds files: at
 * once, because an effect after painting would move the cursor of somebody who types already.
 */
function useField() {
  const ref = useRef<HTMLTextAreaElement>(null);
  const { text, about, attachments } = draft.value;
  useLayoutEffect(() => {
    const field = ref.current!;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, FIELD_HEIGHT_MAX_PX)}px`;
  }, [text]);
  useLayoutEffect(() => {
    const mayTakeFocus = !isTouchScreen() && place.value.isAlone !== true;
    if (about === undefined && !mayTakeFocus) return;
    ref.current!.focus();
    ref.current!.setSelectionRange(text.length, text.length);
  }, [about]);
  useLayoutEffect(() => {
    if (attachments.length > 0 && !isTouchScreen()) ref.current!.focus();
  }, [attachments.length]);
  return ref;
}

/** Which of the offered commands is chosen, and the keys that choose and take one. */
function useCompletion(isListOpen: boolean) {
  const [index, setIndex] = useState(0);
  const offered = isListOpen ? commands.value : completeCommand(draft.value.text, commands.value);
  const chosen = offered[Math.min(index, offered.length - 1)];
  const take = (command: MenuCommand, isSent: boolean): void => {
    const text = commandText(command, commands.value);
    changeDraft({ text: isSent ? "" : `${text} ` });
    if (isSent) void sayNow(text);
    setIndex(0);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (chosen === undefined) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setIndex((index + step + offered.length) % offered.length);
    else if (event.key === "Tab" && !event.shiftKey) take(chosen, false);
    else if (event.key === "Enter" && !event.shiftKey) take(chosen, true);
    else return false;
    return true;
  };
  return { offered, chosen, index, take, onKey };
}

function onFieldKey(event: KeyboardEvent): boolean {
  const isEmpty = draft.value.text === "";
  if (event.key === "Enter" && !event.shiftKey) void send();
  else if (event.key === "ArrowUp" && isEmpty) editLast();
  else if (event.key === "Escape" && draft.value.about !== undefined) stopWritingAbout();
  else return false;
  return true;
}

function pasteFiles(event: ClipboardEvent): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  addFiles(files);
}

function KeyboardToggle() {
  if (personKeyboard.value === undefined || !("keyboard" in personKeyboard.value)) return null;
  const isHidden = isKeyboardHidden.value;
  return (
    <IconButton
      icon="keyboard"
      label={isHidden ? "Show the bot's keyboard" : "Hide the bot's keyboard"}
      isPressed={!isHidden}
      onPress={toggleKeyboard}
    />
  );
}

/** The menu button, where the bot has made it open its Web App. */
function AppButton() {
  const button = menus.value.get(openThread.value ?? "")?.menu_button;
  if (button?.type !== "web_app" || conversation.value?.kind !== "private") return null;
  const { text = "Open the app" } = button;
  return (
    <button
      type="button"
      class="app-button"
      title="The bot's menu button: opens its Web App"
      onClick={() => void openWebApp(whereNow(), text)}
    >
      <Icon name="app" />
      <span>{text}</span>
    </button>
  );
}

function Field() {
  const ref = useField();
  const [isListOpen, setListOpen] = useState(false);
  const completion = useCompletion(isListOpen);
  const { offered, chosen, index } = completion;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isHandled = completion.onKey(event) || onFieldKey(event);
    if (isHandled) event.preventDefault();
    if (isHandled || event.key === "Escape")
      setListOpen(isListOpen && event.key.startsWith("Arrow"));
  };
  const take = (command: MenuCommand): void => {
    completion.take(command, true);
    setListOpen(false);
    ref.current?.focus();
  };
  const toggleList = (): void => {
    setListOpen(!isListOpen);
    ref.current?.focus();
  };
  return (
    <>
      <CommandList commands={offered} chosenIndex={index} onTake={take} />
      <div class="field-row">
        <AppButton />
        <AttachButton />
        <textarea
          ref={ref}
          rows={1}
          value={draft.value.text}
          placeholder={placeholder.value}
          aria-label={placeholder.value}
          aria-autocomplete="list"
          aria-controls={COMMAND_LIST_ID}
          aria-activedescendant={chosen === undefined ? undefined : commandOptionId(index)}
          enterkeyhint="send"
          dir="auto"
          onInput={(event) => changeDraft({ text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
          onPaste={pasteFiles}
        />
        {commands.value.length > 0 && draft.value.text === "" && (
          <IconButton
            class="slash"
            icon="slash"
            label="Commands"
            isPressed={isListOpen}
            onPress={toggleList}
          />
        )}
        <KeyboardToggle />
        <IconButton
          class="send"
          icon={draft.value.about?.kind === "edit" ? "check" : "send"}
          label={draft.value.about?.kind === "edit" ? "Save" : "Send"}
          isDisabled={!canSend(draft.value)}
          onPress={() => void send()}
        />
      </div>
    </>
  );
}

/** Where one writes, and what hangs on it: files, replies, commands, the bot's keyboard. */
export function Composer() {
  const open = conversation.value;
  const person = place.value.person ?? 0;
  if (open?.kind === "private" && isBlocked(person, open.bot)) return <BlockedBar bot={open.bot} />;
  const group = open?.kind === "group" ? findGroup(open.chat) : undefined;
  return (
    <section class="composer" aria-label="Write a message">
      {group !== undefined && <SpeakerSwitch group={group} />}
      {group !== undefined && !isMember(group, person) ? (
        <JoinBar group={group} />
      ) : (
        <>
          <WritingAbout />
          <AttachmentTray />
          <Field />
          <ReplyKeyboard />
        </>
      )}
    </section>
  );
}
