/** A file that is asked for by a call with a body: fetched, then handed to the browser to be saved. */
import { freshKey } from "../frame/api";
import { preferences } from "../frame/preferences";
import { problemOf } from "../frame/problem";

export async function saved(url: string, body: object, name: string): Promise<void> {
  const headers = { "accept-language": preferences().language, "content-type": "application/json", "idempotency-key": freshKey() };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
  if (!answer.ok) throw await problemOf(answer);
  const place = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement("a"), { href: place, download: name });
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(place), 60_000);
}
