/** The way to the firm's sign-in and back: where the person wanted to go waits in this tab. */
const KEPT = "tend.sso-back";

/** Leaves the desk for the provider. */
export function goAway(url: string, back: string | undefined): void {
  try {
    sessionStorage.setItem(KEPT, back ?? "");
  } catch {
    // Without storage the desk opens at the start.
  }
  location.assign(url);
}

/** What waited, once. */
export function takeAway(): string {
  try {
    const back = sessionStorage.getItem(KEPT) ?? "";
    sessionStorage.removeItem(KEPT);
    return back;
  } catch {
    return "";
  }
}
