/** Ten seconds to take an act back. One toast at a time; a new act ends the old one's time. */
import { App, Button } from "antd";
import { useCallback, useEffect, useState } from "react";
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
  return <span className="undo-bar">{what}<Button size="small" type="link" onClick={undo}>{words.undoIn(left)}</Button></span>;
}
