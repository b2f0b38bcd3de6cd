/** As a browser keeps things: what is kept are its own properties. */
export class Shelf {
  [place: string]: unknown;
}
for (const [name, deed] of Object.entries({
  getItem(this: Shelf, place: string) { return (this[place] as string | undefined) ?? null; },
  setItem(this: Shelf, place: string, text: string) { this[place] = text; },
  removeItem(this: Shelf, place: string) { delete this[place]; },
})) Object.defineProperty(Shelf.prototype, name, { value: deed });
