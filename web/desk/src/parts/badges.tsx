/** Small words with a meaning: tier, class, life cycle, state. The word is always there, colour only helps. */
import { useWords, wordFor } from "../frame/words";
import { partsWords } from "../words/parts";
import "./parts.css";

export function Tier({ tier }: { tier: string | null | undefined }) {
  const words = useWords(partsWords);
  return tier ? <span className={`badge ${tier}`}>{wordFor(words.tiers, tier)}</span> : null;
}

export function ClassBadge({ of }: { of: string | null | undefined }) {
  const words = useWords(partsWords);
  return of ? <span className={`badge ${of}`}>{wordFor(words.classes, of)}</span> : null;
}

export function Lifecycle({ of }: { of: string | null | undefined }) {
  const words = useWords(partsWords);
  const tone = of === "lost" || of === "blocked" ? "risk" : "";
  return of ? <span className={`badge ${tone}`}>{wordFor(words.lifecycles, of)}</span> : null;
}
