/** The customer: facts, story, related (DESK.md 2). */
import { SwapOutlined } from "@ant-design/icons";
import { App, Button, Input, Segmented } from "antd";
import { Navigate, useParams } from "@tanstack/react-router";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { CustomerPage as Page } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { useMe } from "../frame/session";
import { OWN } from "../frame/store";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { AlsoHere } from "../parts/AlsoHere";
import { ClassBadge, Lifecycle, Tier } from "../parts/badges";
import { Day } from "../parts/Day";
import { Afterwards, later } from "../parts/later";
import { useProblemWords } from "../parts/problemWords";
import { RecordPage } from "../parts/RecordPage";
import { Shown } from "../parts/states";
import { speaksOf, Timeline } from "../parts/Timeline";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { FactsColumn } from "./FactsColumn";
import { OpenWork } from "./OpenWork";
import { customerQuery, futureQuery, openWorkQuery, storyQuery } from "./queries";
import { RelatedColumn } from "./RelatedColumn";

const KeeperForm = later(() => import("./KeeperForm").then((all) => all.KeeperForm));
const WhyDrawer = later(() => import("./WhyDrawer").then((all) => all.WhyDrawer));

// Not needed to read the page: they come after the first picture.
const CustomerActs = later(() => import("../work/CustomerActs").then((all) => all.CustomerActs));
const RightsMenu = later(() => import("../rights/RightsMenu").then((all) => all.RightsMenu));
const SeenBy = later(() => import("./SeenBy").then((all) => all.SeenBy));
const TracePanel = later(() => import("../trace/TracePanel").then((all) => all.default));

/** What it shows first was asked for at the click, by the route: the story does not wait until the head stands. */
export function CustomerPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const page = useQuery(customerQuery(id));
  useTabTitle(page.data?.name);
  // A record that was merged into another one: its links lead there.
  if (page.data && page.data.id !== id) return <Navigate to={`/customers/${page.data.id}`} replace />;
  return <Shown of={page} lines={14}>{(customer) => <Record key={customer.id} customer={customer} />}</Shown>;
}

function Record({ customer }: { customer: Page }) {
  const words = useWords(customerWords);
  const may = useMe().permissions;
  const notes = may.includes("customers.edit");
  const [why, showWhy] = useState<"shown" | "hidden">("hidden");
  const note = useRef<{ focus: () => void }>(null);
  useEffect(() => WhyDrawer.ahead(), []);
  const jump = (column: string) => document.getElementById(`column-${column}`)?.focus();
  useKeys([
    { key: "W", does: words.page.why, run: () => showWhy("shown") },
    ...(notes ? [{ key: "N", does: words.page.note, run: () => note.current?.focus() }] : []),
    { key: "G F", does: words.page.facts, run: () => jump("facts") },
    { key: "G S", does: words.page.story, run: () => jump("story") },
    { key: "G R", does: words.page.related, run: () => jump("related") },
    { key: "/", does: words.page.findStory, run: () => document.querySelector<HTMLElement>(".story-find input")?.focus(), quiet: "quiet" },
  ]);
  return (
    <>
      {why === "shown" && <WhyDrawer customer={customer.id} name={customer.name} onClose={() => showWhy("hidden")} />}
      <RecordPage
        head={<Head customer={customer} onWhy={() => showWhy("shown")} onNote={() => note.current?.focus()} />}
        columns={[
          { id: "facts", title: words.page.facts, body: <FactsColumn customer={customer} /> },
          { id: "story", title: words.page.story, body: <Story id={customer.id} note={note} /> },
          { id: "related", title: words.page.related, body: <Afterwards><RelatedColumn customer={customer} />{may.includes("traces.read") && <TracePanel customer={customer} />}<SeenBy id={customer.id} /></Afterwards> },
        ]}
      />
    </>
  );
}

function Head({ customer, onWhy, onNote }: { customer: Page; onWhy: () => void; onNote: () => void }) {
  const { page: words, keeper } = useWords(customerWords);
  const parts = useWords(partsWords);
  const hands = useMe().permissions.includes("work.hand_out");
  const [giving, give] = useState<"open" | "">("");
  return (
    <>
      <h1>{customer.name}</h1>
      <Tier tier={customer.tier} />
      <ClassBadge of={customer.class} />
      <Lifecycle of={customer.lifecycle} />
      <span className="quiet small">
        {[customer.age != null && words.yearsOld(customer.age), wordFor(parts.genders, customer.gender), customer.region].filter(Boolean).join(" · ")}
      </span>
      <span className="grow" />
      <AlsoHere on={customer.id} />
      <span className="quiet small">
        {customer.owner ? `${words.owner} ${customer.owner.name}` : <span className="due">{words.orphan}</span>}
        {hands && <Button size="small" type="text" icon={<SwapOutlined />} aria-label={keeper.change} title={keeper.change} onClick={() => give("open")} />}
        {customer.unit && ` · ${customer.unit.name}`}
        {customer.last_contact_at && <> · {parts.why.last("")}<Day day={customer.last_contact_at} weekday="plain" /></>}
      </span>
      {giving === "open" && <KeeperForm customer={customer} onClose={() => give("")} />}
      <Afterwards><CustomerActs customer={customer} onNote={onNote} /><RightsMenu id={customer.id} name={customer.name} /></Afterwards>
      <Button onClick={onWhy}>{words.why} <kbd>W</kbd></Button>
    </>
  );
}

function Story({ id, note }: { id: string; note: React.RefObject<{ focus: () => void } | null> }) {
  const words = useWords(customerWords);
  const [kind, setKind] = useState("");
  const [text, setText] = useState("");
  const notes = useMe().permissions.includes("customers.edit");
  return (
    <>
      {notes && <NoteField id={id} field={note} />}
      <div className="row wrap">
        <Segmented<string> size="small" aria-label={words.page.filter} value={kind} onChange={setKind} options={[{ value: "", label: words.page.all }, ...Object.entries(words.kinds).map(([value, label]) => ({ value, label }))]} />
        <span className="grow" />
        <Input size="small" allowClear className="story-find" style={{ width: 150 }} value={text} placeholder={words.page.findStory} aria-label={words.page.findStory} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => { if (event.key === "Escape") { setText(""); event.currentTarget.blur(); } }} />
      </div>
      <Told id={id} kind={kind} text={text.trim()} />
    </>
  );
}

/** The entries of a kind that speak of a text. They hear of each answer by themselves: the fields above them are not drawn anew for it. */
function Told({ id, kind, text }: { id: string; kind: string; text: string }) {
  const words = useWords(customerWords).page;
  const reads = useMe().permissions.includes("work.read");
  const story = useInfiniteQuery(storyQuery(id, kind || undefined));
  const future = useQuery(futureQuery(id));
  const open = useQuery({ ...openWorkQuery(id), enabled: reads });
  const now = kind === "" && !text ? (open.data?.items ?? []) : [];
  const ahead = kind === "" ? (future.data ?? []) : [];
  // It stands above what was: its room is kept, so that the story does not slip down when it comes.
  const awaited = kind === "" && future.isPending;
  const more = story.hasNextPage && <Button size="small" type="link" loading={story.isFetchingNextPage} onClick={() => void story.fetchNextPage()}>{words.more}</Button>;
  return (
    <Shown of={story} lines={6}>
      {(data) => {
        const told = data.pages.flatMap((page) => page.items);
        const past = text ? told.filter((item) => speaksOf(item, text)) : told;
        const next = text ? ahead.filter((item) => item.title.toLowerCase().includes(text.toLowerCase())) : ahead;
        if (!awaited && told.length + ahead.length + now.length === 0) return <p className="quiet">{words.storyEmpty}</p>;
        if (!awaited && past.length + next.length + now.length === 0) return <p className="quiet" role="status">{words.notFound(text)} {more}</p>;
        // What could not be asked for, or is filtered away, is not said to be nothing.
        const drawn = next.length > 0 || (kind === "" && !text && future.data) ? next : undefined;
        return <Timeline future={awaited ? "awaited" : drawn} now={now.map((touch) => <OpenWork key={touch.id} touch={touch} />)} past={past} foot={more} />;
      }}
    </Shown>
  );
}

function NoteField({ id, field }: { id: string; field: React.RefObject<{ focus: () => void } | null> }) {
  const words = useWords(customerWords).page;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const place = `${OWN}note.${id}`;
  const [text, setText] = useState(() => localStorage.getItem(place) ?? "");
  const write = (next: string) => {
    setText(next);
    if (next) localStorage.setItem(place, next);
    else localStorage.removeItem(place);
  };
  const save = useMutation({
    mutationFn: (sent: string) => call("POST /customers/{id}/notes", { path: { id }, body: { text: sent.trim() } }),
    onSuccess: (_, sent) => {
      // What was written on meanwhile is not on file yet and stays.
      if (localStorage.getItem(place) === sent) write("");
      void message.success(words.noted);
      void client.invalidateQueries({ queryKey: ["customer", "one", id] });
    },
    onError: (thrown) => void message.error(told(thrown).title),
  });
  const send = () => text.trim() && !save.isPending && save.mutate(text);
  return (
    <div className="row" style={{ alignItems: "flex-start" }}>
      <Input.TextArea ref={field as never} rows={1} className="grows" maxLength={4000} value={text} placeholder={words.notePlaceholder} aria-label={words.note} onChange={(event) => write(event.target.value)} onPressEnter={(event) => (event.ctrlKey || event.metaKey) && send()} />
      <Button disabled={!text.trim()} loading={save.isPending} onClick={send}>{words.noteSave}</Button>
    </div>
  );
}
