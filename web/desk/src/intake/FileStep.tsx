/** The file: dropped or chosen, read by the server, shown with what was found in it. */
import { InboxOutlined } from "@ant-design/icons";
import { Button, Spin } from "antd";
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
import { begun, draft, type Draft } from "./draft";

const KINDS = ".xlsx,.csv,.txt";

export function FileStep({ now, onNext }: { now: Draft | null; onNext: () => void }) {
  const words = useWords(intakeWords).wizard;
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState<"over" | "away">("away");
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("file", file, file.name);
      return begun((await call("POST /uploads", { form })) as unknown as Upload, file.name);
    },
    onSuccess: (next) => draft.change(() => next),
  });
  const take = (files: FileList | null) => files?.[0] && upload.mutate(files[0]);
  const chooses = !now || upload.isPending || Boolean(upload.error);
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
      {now && !upload.isPending && (
        <>
          <Found now={now} />
          <Preview now={now} />
          <div className="row">
            <Button onClick={() => field.current?.click()}>{words.another}</Button>
            <span className="grow" />
            <Button type="primary" onClick={onNext}>{words.next}</Button>
          </div>
        </>
      )}
    </>
  );
}

function Found({ now }: { now: Draft }) {
  const words = useWords(intakeWords).wizard;
  const { language } = usePreferences();
  const { upload } = now;
  const facts = [
    { key: "format", title: words.format, value: upload.format.toUpperCase() },
    ...(upload.encoding ? [{ key: "encoding", title: words.encoding, value: upload.encoding }] : []),
    ...(upload.separator ? [{ key: "separator", title: words.separator, value: wordFor(words.separators, upload.separator) }] : []),
    ...(upload.sheet ? [{ key: "sheet", title: words.sheet, value: upload.sheet }] : []),
    { key: "heading", title: words.headingRow, value: upload.heading_row ?? "—" },
    { key: "rows", title: words.rowsAbout, value: countText(upload.rows_about, language) },
  ];
  return <section className="panel found"><FactList facts={facts} /></section>;
}

function Preview({ now }: { now: Draft }) {
  const words = useWords(intakeWords).wizard;
  return (
    <section>
      <h3 style={{ marginBottom: 8 }}>{words.preview}</h3>
      <div className="sheet">
        <table>
          <thead><tr>{now.upload.headings.map((heading, i) => <th key={i}>{heading}</th>)}</tr></thead>
          <tbody>{now.upload.preview.map((row, i) => <tr key={i}>{now.upload.headings.map((_, j) => <td key={j}>{row[j] ?? ""}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}
