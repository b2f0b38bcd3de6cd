/** The bell: what happened meanwhile; each line leads to the thing, and what is read here is read everywhere. */
import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Popover, Segmented } from "antd";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { frameWords } from "../words/frame";
import { noticesQuery, placeOf, unreadQuery, useReading } from "./notices";
import { useWords } from "./words";

export function NotificationTray() {
  const words = useWords(frameWords).notices;
  const { data } = useQuery(unreadQuery);
  const read = useReading();
  const [open, setOpen] = useState(false);
  const count = data?.unread ?? 0;
  return (
    <Popover
      trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight" destroyOnHidden
      title={<span className="row"><span className="grow">{words.title}</span>{count > 0 && <Button size="small" type="link" onClick={() => read.mutate({ id: null, to: "read" })}>{words.readAll}</Button>}</span>}
      content={<NoticeList onGone={() => setOpen(false)} />}
    >
      <Button type="text" aria-label={words.bell(count)} icon={<Badge count={count} size="small"><BellOutlined /></Badge>} />
    </Popover>
  );
}

function NoticeList({ onGone }: { onGone: () => void }) {
  const words = useWords(frameWords).notices;
  const parts = useWords(partsWords);
  const [part, show] = useState<"unread" | "all">("all");
  const list = useInfiniteQuery(noticesQuery(part));
  const read = useReading();
  const navigate = useNavigate();
  return (
    <div className="notices">
      <Segmented size="small" value={part} onChange={show} options={[{ value: "all", label: words.all }, { value: "unread", label: words.unread }]} />
      <Shown of={list} lines={4}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.items);
          if (rows.length === 0) return <p className="quiet" style={{ padding: 12 }}>{words.none}</p>;
          return rows.map((one) => (
            <div key={one.id} className={`notice ${one.read_at ? "" : "unread"}`}>
              <button
                type="button" className="plain grow"
                onClick={() => {
                  if (!one.read_at) read.mutate({ id: one.id, to: "read" });
                  onGone();
                  void navigate({ to: placeOf(one.link) });
                }}
              >
                <span className="row"><span className={`grow ${one.kind === "returned" || one.kind.endsWith("failed") ? "risk" : one.kind === "due_soon" ? "due" : ""}`}>{one.title}</span><span className="quiet small"><Ago at={one.at} /></span></span>
                {one.detail && <span className="quiet small notice-detail">{one.detail}{one.by && ` · ${one.by.name}`}</span>}
              </button>
              <button type="button" className="plain notice-mark" aria-label={one.read_at ? words.markUnread : words.markRead} title={one.read_at ? words.markUnread : words.markRead} onClick={() => read.mutate({ id: one.id, to: one.read_at ? "unread" : "read" })}><i /></button>
            </div>
          ));
        }}
      </Shown>
      {list.hasNextPage && <Button size="small" type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{parts.more}</Button>}
    </div>
  );
}
