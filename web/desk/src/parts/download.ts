/**
 * A file from the server: fetched in the language of the desk, then handed to the browser to be saved. A plain link speaks
 * the language of the browser, and where it is refused the desk is gone and the refusal stands there as code.
 */
import { freshKey } from "../frame/api";
import { preferences } from "../frame/preferences";
import { ApiProblem, problemOf } from "../frame/problem";

/** With a body it is asked for by a POST. `name` is what the file is called where the server does not say. */
export async function saved(url: string, name: string, body?: object): Promise<void> {
  const headers = { "accept-language": preferences().language };
  const ask: RequestInit = body ? { method: "POST", headers: { ...headers, "content-type": "application/json", "idempotency-key": freshKey() }, body: JSON.stringify(body) } : { headers };
  const answer = await fetch(url, { ...ask, credentials: "same-origin" }).catch((cause: unknown) => { throw new ApiProblem({ status: 0, code: "connection_lost" }, cause); });
  if (!answer.ok) throw await problemOf(answer);
  const place = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement("a"), { href: place, download: nameIn(answer.headers.get("content-disposition")) ?? name });
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(place), 60_000);
}

/** The name that `Content-Disposition` gives a file. */
export function nameIn(disposition: string | null): string | null {
  const coded = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? "")?.[1];
  try {
    if (coded) return decodeURIComponent(coded);
  } catch {
    // A name that cannot be read is none.
  }
  return /filename="([^"]+)"/i.exec(disposition ?? "")?.[1] ?? null;
}
