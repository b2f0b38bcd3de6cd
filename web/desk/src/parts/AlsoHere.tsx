/** Who else has this open, and who of them is changing it. Said quietly, so that two people talk before they collide. */
import { EditOutlined, EyeOutlined } from "@ant-design/icons";
import { usePresence } from "../frame/presence";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

export function AlsoHere({ on }: { on: string }) {
  const words = useWords(partsWords).alsoHere;
  const others = usePresence(on);
  const names = (state: "editing" | "looking") => [...new Set(others.filter((one) => one.editing === (state === "editing")).map((one) => one.staff.name))];
  const editing = names("editing");
  const looking = names("looking").filter((name) => !editing.includes(name));
  return (
    <span className="row small" role="status" style={{ gap: 8 }}>
      {editing.length > 0 && <span className="due"><EditOutlined aria-hidden /> {words.editing(editing)}</span>}
      {looking.length > 0 && <span className="quiet"><EyeOutlined aria-hidden /> {words.looking(looking)}</span>}
    </span>
  );
}
