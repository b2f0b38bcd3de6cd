/** The bell: what happened meanwhile; each line leads to the thing. */
import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Popover } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { frameWords } from "../words/frame";
import { Ago } from "../parts/Day";
import { notices, readAll, readOne, unread } from "./notices";
import { useWords, wordFor } from "./words";

export function NotificationTray() {
  const words = useWords(frameWords);
  const all = notices.use();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const list = (
    <div style={{ width: 320, maxHeight: 420, overflowY: "auto" }}>
      {all.length === 0 && <p className="quiet" style={{ padding: 8 }}>{words.notices.none}</p>}
      {all.map((notice) => (
        <button
          key={notice.id}
          type="button"
          className={`plain notice ${notice.read}`}
          style={{ width: "100%" }}
          onClick={() => {
            readOne(notice.id);
            setOpen(false);
            void navigate({ to: notice.to });
          }}
        >
          <span className="grow">{wordFor(words.notices.kinds, notice.kind)}</span>
          <span className="quiet small"><Ago at={new Date(notice.at).toISOString()} /></span>
        </button>
      ))}
    </div>
  );
  const count = unread(all);
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomRight"
      title={<span className="row"><span className="grow">{words.notices.title}</span>{count > 0 && <Button size="small" type="link" onClick={readAll}>{words.notices.readAll}</Button>}</span>}
      content={list}
    >
      <Button type="text" aria-label={words.notices.bell(count)} icon={<Badge count={count} size="small"><BellOutlined /></Badge>} />
    </Popover>
  );
}
