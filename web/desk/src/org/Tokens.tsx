/** One's own tokens for programs: made within one's own rights, shown once, ended at once. */
import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ago } from "../parts/Day";
import { later } from "../parts/later";
import { ShownOnce } from "../parts/ShownOnce";
import { EmptyState, Shown } from "../parts/states";
import { tokenWords } from "../words/token";
import { useAct } from "./useOrg";

type Token = components["schemas"]["ApiToken"];
type MadeToken = components["schemas"]["MadeToken"];

const TokenForm = later(() => import("./TokenForm").then((all) => all.TokenForm));

export function Tokens() {
  const words = useWords(tokenWords);
  const list = useQuery({ queryKey: ["org", "tokens"], queryFn: () => call("GET /me/tokens") });
  const [making, make] = useState<"making" | "closed">("closed");
  const [made, show] = useState<MadeToken | null>(null);
  return (
    <>
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts"><Button type="primary" icon={<PlusOutlined />} onClick={() => make("making")}>{words.add}</Button></div>
      <Shown of={list}>{(tokens) => (tokens.length === 0 ? <EmptyState title={words.none} next={words.noneNext} /> : <TokenTable tokens={tokens} />)}</Shown>
      {making === "making" && <TokenForm onClose={() => make("closed")} onMade={show} />}
      {made && <Once of={made} onClose={() => show(null)} />}
    </>
  );
}

function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const words = useWords(tokenWords);
  const { modal } = App.useApp();
  const end = useAct((id: string) => call("DELETE /me/tokens/{id}", { path: { id } }), words.ended);
  const ask = (token: Token) => modal.confirm({ title: words.endTitle(token.name), content: words.endHint, okText: words.end, okButtonProps: { danger: true }, onOk: () => end.mutateAsync(token.id).catch(() => undefined) });
  return (
    <Table<Token>
      rowKey="id"
      size="small"
      dataSource={[...tokens]}
      pagination={false}
      columns={[
        { title: words.name, dataIndex: "name" },
        { title: words.scopes, dataIndex: "scopes", render: (scopes: string[]) => <span className="row wrap" style={{ gap: 4 }}>{scopes.map((scope) => <span key={scope} className="badge" title={scope}>{wordFor(words.permissions, scope)}</span>)}</span> },
        { title: words.created, dataIndex: "created_at", width: 140, render: (at: string) => <Ago at={at} /> },
        { title: words.used, dataIndex: "used_at", width: 140, render: (at: string | null) => (at ? <Ago at={at} /> : <span className="quiet">{words.never}</span>) },
        { title: words.expires, dataIndex: "expires_at", width: 140, render: (at: string) => <Ago at={at} /> },
        { key: "act", width: 110, render: (_, token) => <Button size="small" danger onClick={() => ask(token)}>{words.end}</Button> },
      ]}
    />
  );
}

function Once({ of, onClose }: { of: MadeToken; onClose: () => void }) {
  const words = useWords(tokenWords);
  return <ShownOnce title={words.made(of.token.name)} hint={words.onlyNow} label={words.text} text={of.text} kept={words.kept} onClose={onClose} />;
}
