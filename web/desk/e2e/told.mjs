/** What went on in the windows of a journey that failed, told beside its fault: the machine it failed on cannot be looked at. */

const LAST = 20;
const TEXT_MAX = 1_500;
/** A page that hangs is told of as that. */
const ANSWERS_WITHIN_MS = 5_000;
/** Open windows, and what each asked of the server last. */
const windows = new Map();

const at = () => new Date().toISOString().slice(11, 23);

/** Keeps what a window asks for from now on, and what is pressed in it. */
export async function listenTo(page) {
  const asked = [];
  windows.set(page, asked);
  page.on("close", () => windows.delete(page));
  const note = (request, end) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith("/api/")) return;
    asked.push(`${at()} ${request.method()} ${pathname}${search} ${end}`);
    asked.splice(0, asked.length - LAST);
  };
  page.on("response", (answer) => note(answer.request(), answer.status()));
  page.on("requestfailed", (request) => note(request, request.failure()?.errorText));
  await page.addInitScript((most) => {
    window.pressed = [];
    for (const kind of ["pointerdown", "pointerup", "click", "keydown", "resize"]) {
      addEventListener(kind, (event) => {
        const on = event.target;
        const text = on.nodeType === 1 ? `${on.tagName.toLowerCase()} ${on.getAttribute("aria-label") ?? on.textContent.trim().slice(0, 20)}` : "";
        window.pressed.push(`${new Date().toISOString().slice(11, 23)} ${kind} ${event.key ?? ""} ${text}`);
        window.pressed.splice(0, window.pressed.length - most);
      }, { capture: true, passive: true });
    }
  }, LAST);
}

/** Every open window as it stands: its address, what was pressed and asked, and what can be read in it. */
async function standing() {
  const told = [];
  for (const [page, asked] of windows) {
    const stands = page.evaluate((most) => ({
      place: location.href,
      focus: document.activeElement?.outerHTML.slice(0, 160) ?? "",
      pressed: window.pressed ?? [],
      text: document.body.innerText.replace(/\s*\n\s*/g, " | ").slice(0, most),
      over: [...document.querySelectorAll(".ant-drawer, .ant-modal, .ant-message, .ant-notification")].map((one) => one.innerText.replace(/\s*\n\s*/g, " | ").slice(0, most)),
    }), TEXT_MAX);
    const hangs = new Promise((_, fail) => setTimeout(() => fail(new Error("the page does not answer")), ANSWERS_WITHIN_MS));
    const now = await Promise.race([stands, hangs]).catch((gone) => ({ place: `${page.url()} (${gone.message.slice(0, 80)})`, focus: "", pressed: [], text: "", over: [] }));
    told.push(now.place, `faults: ${JSON.stringify(page.faults)}`, `focus: ${now.focus}`, ...now.pressed.map((one) => `pressed: ${one}`), ...asked.map((one) => `asked: ${one}`), `reads: ${now.text}`, ...now.over.map((one) => `over it: ${one}`));
  }
  return told;
}

/** For `afterEach`: what every window shows when a journey fails. One that it left open is no concern of the next. */
export async function tellOfFailure(journey) {
  if (journey.passed) return;
  for (const line of await standing()) journey.diagnostic(line);
  for (const page of [...windows.keys()]) await page.context().close().catch(() => undefined);
  windows.clear();
}
