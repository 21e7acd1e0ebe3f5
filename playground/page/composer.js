// The foot of a chat: writing, answering, attaching, and files dropped on the phone.
import { h, iconButton, sizeInWords } from "./dom.js";
import { box, chooseBox } from "./boxes.js";
import { fullName } from "./message.js";

/** Return the elements of the foot for `chat`; `keys` is the message whose reply keyboard is up. */
export function composer(screen, chat, keys) {
  if (chat.blocked) return [bigButton("Unblock", () => screen.try(() => screen.phone.act("block", { blocked: false })))];
  if (chat.type === "private" && !chat.messages.length) return [bigButton("Start", () => screen.act("/start"))];
  const bar = writingBar(screen);
  return [suggestion(screen, chat), screen.answering ? answeringLine(screen) : null, bar, keys ? replyKeys(screen, keys) : null].filter(Boolean);
}

/** Return whether the person could be shown what to send: an employee who has sent no file yet. */
export function isNewcomer(screen, chat) {
  const { person } = screen.phone;
  const hasSent = chat.messages.some((message) => message.document && message.from.id === person.id);
  return Boolean(screen.samples?.length) && !person.authenticator && chat.type === "private" && !hasSent;
}

function suggestion(screen, chat) {
  if (!isNewcomer(screen, chat)) return null;
  const [sample] = screen.samples;
  const onclick = async () => offer(screen, [await fetched(sample)]);
  return h("div.suggestion", {}, "Drop a PDF here, or ", h("button.plain", { type: "button", onclick }, "send a sample contract"));
}

function bigButton(label, onclick) {
  return h("button.start-button", { type: "button", onclick, style: "width:calc(100% - 24px)" }, label);
}

function writingBar(screen) {
  const text = h("textarea", { rows: 1, placeholder: screen.answering?.interface?.input_field_placeholder ?? "Message", "aria-label": "Message" });
  const send = () => {
    const words = text.value.trim();
    text.value = "";
    fit(text);
    if (words) screen.act(words);
  };
  text.oninput = () => fit(text);
  text.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return h("div.composer", {}, iconButton("clip", "Attach", () => pick(screen)), text, iconButton("send", "Send", send, ".send"));
}

function fit(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

function answeringLine(screen) {
  const message = screen.answering;
  const forget = () => { screen.answering = null; screen.draw(); };
  const words = message.text ?? message.caption ?? message.document?.file_name ?? "Photo";
  return h("div.answering", {}, h("div", {}, h("b", {}, `Reply to ${fullName(message.from)}`), h("span", {}, words)), iconButton("close", "Do not reply", forget));
}

function replyKeys(screen, message) {
  const rows = message.interface.keyboard;
  const label = (key) => (typeof key === "string" ? key : key.text);
  return h("div.reply-keys", {}, ...rows.map((row) => h("div", {}, ...row.map((key) => h("button", { type: "button", onclick: () => screen.act(label(key)) }, label(key))))));
}

async function pick(screen) {
  const samples = screen.samples ?? [];
  const rows = [["Choose files…", ""], ...samples.map((sample) => [sample.name, "sample"])];
  const index = samples.length ? await chooseBox(screen, "Attach", rows) : 0;
  if (index === null) return;
  if (index > 0) return offer(screen, [await fetched(samples[index - 1])]);
  const input = h("input", { type: "file", multiple: true, onchange: () => offer(screen, [...input.files]) });
  input.click();
}

async function fetched({ name, url }) {
  const content = await (await fetch(url)).blob();
  return new File([content], name, { type: content.type });
}

/** Let files be dropped on the phone. */
export function attach(screen) {
  const sign = h("div.drop-here", { hidden: true }, "Drop to send");
  let depth = 0;
  const show = (step) => { depth = Math.max(0, depth + step); sign.hidden = depth === 0; };
  screen.element.append(sign);
  screen.element.addEventListener("dragenter", (event) => { event.preventDefault(); show(1); });
  screen.element.addEventListener("dragleave", () => show(-1));
  screen.element.addEventListener("dragover", (event) => event.preventDefault());
  screen.element.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    show(0);
    if (event.dataTransfer.files.length) offer(screen, [...event.dataTransfer.files]);
  });
}

async function offer(screen, files) {
  const caption = h("input.field", { placeholder: "Add a comment…", "aria-label": "Comment" });
  const asPhoto = h("input", { type: "checkbox" });
  const allPictures = files.every((file) => /^image\/(jpeg|png|webp|gif)$/.test(file.type));
  const lines = files.map((file) => h("div.choice", {}, file.name, h("small", {}, sizeInWords(file.size))));
  const isSent = await box(screen, ".veil.is-low", (done) => {
    caption.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else the key goes on to the button that gets the focus back
      done(true);
    };
    return [
      h("h3", {}, files.length > 1 ? `Send ${files.length} files` : "Send a file"), ...lines, caption,
      allPictures ? h("label.tick", {}, asPhoto, "As photos, made smaller") : null,
      h("div.box-buttons", {}, h("button.plain", { type: "button", onclick: () => done(null) }, "Cancel"), h("button.strong", { type: "button", onclick: () => done(true) }, "Send")),
    ];
  });
  if (isSent) await send(screen, files, { caption: caption.value.trim(), as: asPhoto.checked ? "photo" : "document" });
}

async function send(screen, files, { caption, as }) {
  const form = new FormData();
  form.append("chat_id", screen.phone.openChat);
  form.append("as", as);
  form.append("reply_to", screen.answering?.message_id ?? 0);
  if (caption) form.append("caption", caption);
  for (const file of files) form.append("file", file, file.name);
  screen.answering = null;
  await screen.try(() => screen.phone.act("files", form));
  screen.toEnd();
}
