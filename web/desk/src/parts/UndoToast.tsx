/** Ten seconds to take an act back, by its button or with Ctrl+Z. One toast at a time; a new act ends the old one's time. */
import { App, Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useKeys } from "../frame/keys";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

export const UNDO_SECONDS = 10;

export function useUndo(): (what: string, undo: () => void) => void {
  const { message } = App.useApp();
  return useCallback(
    (what, undo) => {
      void message.open({
        key: "undo",
        type: "success",
        duration: UNDO_SECONDS,
        content: <Toast what={what} undo={() => { message.destroy("undo"); undo(); }} key={`${what}${performance.now()}`} />,
      });
    },
    [message],
  );
}

function Toast({ what, undo }: { what: string; undo: () => void }) {
  const words = useWords(partsWords);
  const [left, setLeft] = useState(UNDO_SECONDS);
  useEffect(() => {
    const timer = setInterval(() => setLeft((now) => Math.max(now - 1, 1)), 1_000);
    return () => clearInterval(timer);
  }, []);
  // Whoever writes in a field takes back what they wrote there.
  useKeys([{ key: "Mod+Z", does: words.undo, run: undo }]);
  return <span className="undo-bar">{what}<Button size="small" type="link" onClick={undo}>{words.undoIn(left)}</Button></span>;
}
