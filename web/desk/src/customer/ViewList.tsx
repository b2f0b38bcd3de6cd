/** Saved views at the left of the customers list: mine, shared, pinned; choose, pin, delete with undo. */
import { DeleteOutlined, PushpinFilled, PushpinOutlined, TeamOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { call } from "../frame/api";
import { asProblem } from "../frame/problem";
import type { ViewRow } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { viewIn } from "./listAddress";
import { bringBack, pin, useViewAct, viewsQuery } from "./views";

export function ViewList({ chosen, onChoose }: { chosen?: string; onChoose: (id: string | undefined) => void }) {
  const words = useWords(customerWords).views;
  const offerUndo = useUndo();
  const router = useRouter();
  // An answer comes when the reader may be elsewhere by now, and fetches nobody back.
  const now = () => viewIn(router.history.location);
  const views = useQuery(viewsQuery);
  const mayNot = views.error ? asProblem(views.error).status === 403 : false;
  const toggle = useViewAct(pin);
  const again = useViewAct(
    ({ view }: { view: ViewRow; open: "open" | "" }) => bringBack(view),
    (_, { view, open }) => {
      if (open && now() === "") onChoose(view.id);
    },
  );
  const remove = useViewAct(
    (view: ViewRow) => call("DELETE /views/{id}", { path: { id: view.id } }),
    (_, view) => {
      const open = now() === view.id ? "open" : "";
      if (open) onChoose(undefined);
      offerUndo(words.removed(view.title), () => again.mutate({ view, open }));
    },
  );
  const part = (title: string, rows: ViewRow[]) =>
    rows.length > 0 && (
      <>
        <h3>{title}</h3>
        <ul className="views">
          {rows.map((view) => (
            <li key={view.id} className="row">
              <button type="button" className="plain view grow one-line" title={view.expression || view.title} aria-current={chosen === view.id} onClick={() => onChoose(view.id)}>
                {view.title}
                {view.sharing !== "mine" && <TeamOutlined className="quiet" style={{ marginInlineStart: 6, fontSize: 12 }} aria-label={words.sharedBy(view.owner.name)} />}
              </button>
              <Button size="small" type="text" className="view-act" icon={view.pinned ? <PushpinFilled /> : <PushpinOutlined />} aria-pressed={view.pinned} aria-label={`${view.pinned ? words.unpin : words.pin} ${view.title}`} onClick={() => toggle.mutate(view)} />
              {view.mine && <Button size="small" type="text" className="view-act" icon={<DeleteOutlined />} aria-label={`${words.remove} ${view.title}`} onClick={() => remove.mutate(view)} />}
            </li>
          ))}
        </ul>
      </>
    );
  return (
    <nav aria-label={words.title}>
      <ul className="views">
        <li><button type="button" className="plain view" aria-current={!chosen} onClick={() => onChoose(undefined)}>{words.all}</button></li>
      </ul>
      {/* Whoever has no right to customers is told so by the list, once. */}
      {!mayNot && <Shown of={views} lines={4}>
        {({ items }) => (
          <>
            {part(words.pinned, items.filter((view) => view.pinned))}
            {part(words.mine, items.filter((view) => view.mine && !view.pinned))}
            {part(words.shared, items.filter((view) => !view.mine && !view.pinned))}
            {items.length === 0 && <p className="quiet small view-hint">{words.none}</p>}
          </>
        )}
      </Shown>}
    </nav>
  );
}
