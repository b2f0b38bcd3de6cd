/** The file: dropped or chosen, read by the server, shown with what was found in it, which a person may say otherwise. */
import { InboxOutlined } from "@ant-design/icons";
import { Button, Select, Spin } from "antd";
import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, useRef, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { FactList } from "../parts/FactList";
import { ErrorState } from "../parts/states";
import { intakeWords } from "../words/intake";
import type { Upload } from "../frame/shapes";
import { begun, draft, type Draft, isAwaited, readAnew, type Said } from "./draft";

const KINDS = ".xlsx,.csv,.txt";

interface Chosen {
  readonly file: File;
  /** Said of a file that was read already, to have it read anew. */
  readonly said?: Said;
  /** That reading. */
  readonly anew?: string;
}

/** The file behind an upload, until the page is loaded anew: what was found wrongly is put right by sending it again. */
let atHand: { readonly upload: string; readonly file: File } | null = null;

export function FileStep({ now, onNext }: { now: Draft | null; onNext: () => void }) {
  const words = useWords(intakeWords).wizard;
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState<"over" | "away">("away");
  const upload = useMutation({
    mutationFn: async ({ file, said }: Chosen) => {
      const form = new FormData();
      // Before the file: the server reads the form as it arrives.
      for (const [name, text] of Object.entries(said ?? {})) form.append(name, String(text));
      form.append("file", file, file.name);
      return begun((await call("POST /uploads", { form })) as unknown as Upload, file.name, said);
    },
    onSuccess: (next, { file, anew }) => {
      if (!isAwaited(draft.now(), anew)) return;
      atHand = { upload: next.upload.id, file };
      draft.change((before) => readAnew(before, next));
    },
  });
  const take = (files: FileList | null) => files?.[0] && upload.mutate({ file: files[0] });
  const file = now && atHand && atHand.upload === now.upload.id ? atHand.file : null;
  // What is on the screen stays while the same file is read anew.
  const anew = upload.variables?.said ? "anew" : "first";
  const chooses = !now || (anew === "first" && (upload.isPending || Boolean(upload.error)));
  const say = (part: Said) => now && file && upload.mutate({ file, said: { ...now.said, ...part }, anew: now.upload.id });
  const picked = (event: ChangeEvent<HTMLInputElement>) => {
    take(event.target.files);
    event.target.value = "";
  };
  return (
    <>
      {chooses ? (
        // The browser's own field in a frame of ours: Enter and Space open its chooser without a script between, which a browser may refuse.
        <label
          className={`drop ${over}`}
          onDragOver={(event) => { event.preventDefault(); setOver("over"); }} onDragLeave={() => setOver("away")}
          onDrop={(event) => { event.preventDefault(); setOver("away"); take(event.dataTransfer.files); }}
        >
          <input type="file" accept={KINDS} disabled={upload.isPending} onChange={picked} />
          {upload.isPending ? <Spin /> : <InboxOutlined />}
          <strong>{upload.isPending ? words.uploading : words.drop}</strong>
          <span className="quiet">{words.dropHint}</span>
        </label>
      ) : (
        <input ref={field} type="file" hidden accept={KINDS} onChange={picked} />
      )}
      {upload.error && <ErrorState thrown={upload.error} />}
      {now && (anew === "anew" || !upload.isPending) && (
        <>
          <Found now={now} state={!file ? "gone" : upload.isPending ? "reading" : "at hand"} onSay={say} />
          <Preview now={now} />
          <div className="row">
            <Button onClick={() => field.current?.click()}>{words.another}</Button>
            <span className="grow" />
            <Button type="primary" disabled={upload.isPending} onClick={onNext}>{words.next}</Button>
          </div>
        </>
      )}
    </>
  );
}

interface FoundProps {
  readonly now: Draft;
  /** The file itself: here to be sent again, being sent, or not known any more since the page was loaded anew. */
  readonly state: "at hand" | "reading" | "gone";
  readonly onSay: (part: Said) => void;
}

function Found({ now, state, onSay }: FoundProps) {
  const words = useWords(intakeWords).wizard;
  const { language } = usePreferences();
  const { upload } = now;
  const choice = (name: keyof Said, title: string, value: string, known: Readonly<Record<string, string>>) => {
    const options = [...new Set([value, ...Object.keys(known)])].map((one) => ({ value: one, label: wordFor(known, one) }));
    return { key: name, title, value: <Select size="small" popupMatchSelectWidth={false} aria-label={title} loading={state === "reading"} disabled={state !== "at hand"} value={value} options={options} onChange={(next: string) => onSay({ [name]: next } as Said)} /> };
  };
  const sheets = Object.fromEntries(upload.sheets.map((name) => [name, name]));
  const facts = [
    { key: "format", title: words.format, value: upload.format.toUpperCase() },
    ...(upload.encoding ? [choice("encoding", words.encoding, upload.encoding, words.encodings)] : []),
    ...(upload.separator ? [choice("separator", words.separator, upload.separator, words.separators)] : []),
    ...(upload.sheet ? [choice("sheet", words.sheet, upload.sheet, sheets)] : []),
    choice("as", words.as, now.as, { customers: words.asCustomers, orders: words.asOrders }),
    { key: "heading", title: words.headingRow, value: upload.heading_row ?? "—" },
    { key: "rows", title: words.rowsAbout, value: countText(upload.rows_about, language) },
  ];
  return (
    <section className="panel found">
      <FactList facts={facts} />
      <p className="quiet small">{state === "gone" ? words.readGone : words.readWrong}</p>
    </section>
  );
}

function Preview({ now }: { now: Draft }) {
  const words = useWords(intakeWords).wizard;
  return (
    <section>
      <h3 style={{ marginBottom: 8 }}>{words.preview}</h3>
      <div className="sheet" role="region" aria-label={words.preview} tabIndex={0}>
        <table>
          <thead><tr>{now.upload.headings.map((heading, i) => <th key={i}>{heading}</th>)}</tr></thead>
          <tbody>{now.upload.preview.map((row, i) => <tr key={i}>{now.upload.headings.map((_, j) => <td key={j}>{row[j] ?? ""}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}
