/**
 * The one door through which text becomes markup or an address becomes a script (Trusted Types; the policy's name stands
 * in the program, `platform/gate/headers.rs`). antd writes its styles through `innerHTML` of a style element: a style
 * sheet has no `<`, and a text without `<` makes no element wherever it is put. The only script that is loaded by address
 * is the desk's own worker. Everything else is refused by the browser.
 */
interface Policies {
  createPolicy(name: string, rules: { createHTML(text: string): string | null; createScriptURL(address: string): string | null }): unknown;
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;

policies?.createPolicy("default", {
  createHTML: (text) => (text.includes("<") ? null : text),
  createScriptURL: (address) => (address === "/worker.js" ? address : null),
});

export {};
