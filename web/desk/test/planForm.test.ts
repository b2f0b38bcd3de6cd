/** A change in the form is a change of one place of the text: comments, order and everything else stay. */
import { describe, expect, test } from "vitest";
import type { Branch, PlanChoices, PlanEntry, PlanOutline, Stretch } from "../src/frame/shapes";
import { denied, freshRow, known, rowText, withBeside, withJoin, without, withLeft, withRow, withSign, withValue } from "../src/plan/form/condition";
import { relisted, requoted } from "../src/plan/form/literal";
import { put, putText, putTexts, type Shape } from "../src/plan/form/planText";
import { heard, left, untyped } from "../src/plan/form/typed";

const TEXT = `# Renewal, 𠮷.
key = "renewal" # never changes
who = '''tier == "gold"''' # gold only, see the minutes
channels = [
  "phone", # first, always
  "sms",
]
by = "owner"
templates = { sms = "renewal_sms", wechat = "renewal_wechat" }
[limits] # as agreed
priority = 80 # above the birthday
cap_30d = 3
[[test]]
name = "x"
`;

/** The outline that the server answers, found here by each key's own line. */
function shape(text: string): Shape {
  const entries: PlanEntry[] = [];
  const add = (path: string, key: string, from: number, value: string, kind: PlanEntry["kind"], words: string[]) => {
    const at = text.indexOf(value, path.split(".").at(-1) === value ? from : from + key.length);
    entries.push({ path, key: { from, to: from + key.length }, at: { from: at, to: at + value.length }, kind, words });
  };
  let table = "";
  for (const line of text.matchAll(/^.*$/gm)) {
    const head = /^\[(\w+)\]/.exec(line[0]);
    if (line[0].startsWith("[[")) break;
    if (head) { table = `${head[1]}.`; add(head[1]!, head[1]!, line.index + 1, head[1]!, "table", []); const made = entries.at(-1)!; made.at.from -= 1; made.at.to += 1; continue; }
    const found = /^(\w+) = (.*?)(?:\s+#.*)?$/.exec(line[0]);
    if (!found) continue;
    const [, key, shown] = found as unknown as [string, string, string];
    const value = shown === "[" ? text.slice(text.indexOf("[", line.index), text.indexOf("]", line.index) + 1) : shown;
    if (value.startsWith("{")) {
      add(key, key, line.index, value, "table", []);
      for (const inner of value.matchAll(/(\w+) = "(\w+)"/g)) add(`${key}.${inner[1]}`, inner[1]!, text.indexOf(inner[0], line.index), `"${inner[2]}"`, "text", [inner[2]!]);
    } else if (value.startsWith("[")) add(`${table}${key}`, key, line.index, value, "texts", [...value.matchAll(/"(\w+)"/g)].map((one) => one[1]!));
    else if (/^['"]/.test(value)) add(`${table}${key}`, key, line.index, value, "text", [value.replace(/^('''|["'])|('''|["'])$/g, "")]);
    else add(`${table}${key}`, key, line.index, value, "number", [value]);
  }
  return { text, outline: { entries, who: null } as PlanOutline };
}

/** What went and what came, line by line. */
function changes(next: string): string[] {
  const [before, after] = [TEXT.split("\n"), next.split("\n")];
  return [...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`), ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)];
}

const now = shape(TEXT);

describe("one value of the file", () => {
  test("a number changes alone, the comment beside it stays", () => {
    expect(changes(put(now, "limits.priority", "70"))).toEqual(["- priority = 80 # above the birthday", "+ priority = 70 # above the birthday"]);
  });

  test("the words of one language change alone, and come into a table of their own where there was none", () => {
    const title = putText(now, "title.zh", "续期");
    expect(changes(title)).toEqual(['+ title = { zh = "续期" }']);
    const named = shape(`title = { zh = "renewal", en = "Renewal" } # agreed\n${TEXT}`);
    expect(putText(named, "title.en", "Renewal in 7 days").split("\n")[0]).toBe('title = { zh = "renewal", en = "Renewal in 7 days" } # agreed');
  });

  test("the kind of work changes alone, and comes behind the key where there was none", () => {
    expect(putText(now, "business_type", "renewal")).toContain('key = "renewal" # never changes\nbusiness_type = "renewal"\nwho = ');
    const said = shape(`business_type = "greeting" # by hand\n${TEXT}`);
    expect(putText(said, "business_type", "renewal").split("\n")[0]).toBe('business_type = "renewal" # by hand');
  });

  test("the condition changes within its own quotes", () => {
    expect(changes(putText(now, "who", 'tier == "silver"'))).toEqual([`- who = '''tier == "gold"''' # gold only, see the minutes`, `+ who = '''tier == "silver"''' # gold only, see the minutes`]);
  });

  test("a key that goes leaves its comment behind", () => {
    expect(changes(put(now, "limits.priority", null))).toEqual(["- priority = 80 # above the birthday", "+ # above the birthday"]);
    expect(changes(put(now, "limits.cap_30d", null))).toEqual(["- cap_30d = 3"]);
  });

  test("a new key takes its usual place", () => {
    const next = putText(now, "script", "renewal");
    expect(changes(next)).toEqual(['+ script = "renewal"']);
    expect(next).toContain('by = "owner"\nscript = "renewal"\ntemplates');
    expect(put(now, "limits.cooldown_days", "2")).toContain("priority = 80 # above the birthday\ncooldown_days = 2\ncap_30d = 3");
    expect(putText(shape('key = "x"'), "by", "branch")).toBe('key = "x"\nby = "branch"');
  });

  test("a table that is not there yet is begun before the examples", () => {
    expect(putTexts(now, "proof.any_of", ["reply"])).toContain('cap_30d = 3\n[proof]\nany_of = ["reply"]\n[[test]]');
    expect(putText(shape('key = "x"\n'), "templates.sms", "a")).toBe('key = "x"\ntemplates = { sms = "a" }\n');
  });

  test("a table on one line gains and loses entries", () => {
    expect(changes(putText(now, "templates.mail", "renewal_mail"))[1]).toBe('+ templates = { sms = "renewal_sms", wechat = "renewal_wechat", mail = "renewal_mail" }');
    expect(changes(putText(now, "templates.sms", ""))[1]).toBe('+ templates = { wechat = "renewal_wechat" }');
    expect(changes(putText(now, "templates.wechat", ""))[1]).toBe('+ templates = { sms = "renewal_sms" }');
    expect(putText(shape('templates = { sms = "a" }\nby = "owner"\n'), "templates.sms", "")).toBe('by = "owner"\n');
  });

  test("a list over several lines keeps its lines and comments", () => {
    expect(changes(putTexts(now, "channels", ["phone", "sms", "visit"]))).toEqual(['-   "sms",', '+   "sms", "visit",']);
    expect(changes(putTexts(now, "channels", ["phone"]))).toEqual(['-   "sms",']);
    expect(putTexts(now, "channels", ["sms", "phone"])).toContain('"sms", # first, always\n  "phone",');
    expect(changes(putTexts(now, "limits.quiet_days", ["qingming"]))).toEqual(['+ quiet_days = ["qingming"]']);
  });

  test("lines that end as on other machines stay so", () => {
    const other = shape(TEXT.replaceAll("\n", "\r\n"));
    expect(put(other, "limits.cooldown_days", "2")).toContain("birthday\r\ncooldown_days = 2\r\ncap");
  });
});

test("quotes are kept where the new text fits them", () => {
  expect(requoted(`'''a'''`, "a", 'b == "c"')).toBe(`'''b == "c"'''`);
  expect(requoted(`"a"`, "a", "b")).toBe(`"b"`);
  expect(requoted(`"a"`, "a", 'b == "c"')).toBe(`'''b == "c"'''`);
  expect(requoted(`"x == \\"y\\""`, 'x == "y"', 'x == "z"')).toBe(`'''x == "z"'''`);
  expect(requoted(`"a"`, "a", "b'''\"")).toBe(`"b'''\\""`);
  expect(relisted('["a", "b", "c"]', ["a", "b", "c"], ["a", "c"])).toBe('["a", "c"]');
  expect(relisted('["a", "b"]', ["a", "b"], ["b"])).toBe('["b"]');
  expect(relisted("['a']", ["a"], ["b"])).toBe('["b"]');
});

/** The outline of `tier == "gold" // …\n && (class … || orphan) && !(age > 60)`, as the server answers it. */
const WHO = 'tier == "gold" // only gold\n && (class in ["A", "B"] || orphan) && !(age > 60)';
const at = (part: string, from = 0): Stretch => ({ from: WHO.indexOf(part, from), to: WHO.indexOf(part, from) + part.length });
const row = (whole: string, left: string, sign: string, value: string, kind: "text" | "texts" | "number", words: string[]): Branch => {
  const all = at(whole);
  return { at: all, inner: all, denied: "no", what: { kind: "row", left: at(left, all.from), sign, sign_at: at(sign, at(left, all.from).to), value: { at: at(value, all.from), kind, words } } };
};
const gold = row('tier == "gold"', "tier", "==", '"gold"', "text", ["gold"]);
const classes = row('class in ["A", "B"]', "class", "in", '["A", "B"]', "texts", ["A", "B"]);
const orphan: Branch = { at: at("orphan"), inner: at("orphan"), denied: "no", what: { kind: "fact" } };
const some: Branch = { at: at('(class in ["A", "B"] || orphan)'), inner: at('(class in ["A", "B"] || orphan)'), denied: "no", what: { kind: "group", join: "any", joints: [at("||")], parts: [classes, orphan] } };
const old: Branch = { ...row("(age > 60)", "age", ">", "60", "number", ["60"]), at: at("!(age > 60)"), denied: "yes" };
const all: Branch = { at: { from: 0, to: WHO.length }, inner: { from: 0, to: WHO.length }, denied: "no", what: { kind: "group", join: "all", joints: [at("&&"), at("&&", WHO.indexOf("||"))], parts: [gold, some, old] } };

const word = (key: string) => ({ key, title: key });
const choices: PlanChoices = {
  facts: [
    { key: "tier", title: "tier", kind: "string", choices: ["gold", "silver"].map(word) }, { key: "class", title: "class", kind: "string", choices: ["A", "B"].map(word) },
    { key: "age", title: "age", kind: "int", choices: [] }, { key: "arrears_months", title: "arrears", kind: "int", choices: [] }, { key: "orphan", title: "orphan", kind: "bool", choices: [] },
    { key: "labels", title: "labels", kind: "list<string>", choices: [] }, { key: "joined", title: "joined", kind: "date", choices: [] }, { key: "annual_value", title: "value", kind: "money", choices: [] },
  ],
  items: [{ key: "agreement", title: "agreements", facts: [{ key: "paid", title: "paid", kind: "bool", choices: [] }] }],
  scripts: [], templates: [], festivals: ["qingming"].map(word),
};
const names = known(choices, ["vip"].map(word), "agreement", "a");
const part = <K extends Branch["what"]["kind"]>(branch: Branch, kind: K) => branch.what as Extract<Branch["what"], { kind: K }> & { kind: typeof kind };

describe("one part of the condition", () => {
  test("a value or a sign changes alone, the comment stays", () => {
    expect(withValue(WHO, part(gold, "row"), "text", ["silver"])).toBe(WHO.replace('"gold"', '"silver"'));
    expect(withSign(WHO, part(gold, "row"), "!=")).toBe(WHO.replace("==", "!="));
    expect(withSign(WHO, part(gold, "row"), "in")).toBe(WHO.replace('== "gold"', 'in ["gold"]'));
    expect(withSign(WHO, part(classes, "row"), "==")).toBe(WHO.replace('in ["A", "B"]', '== "A"'));
    expect(withValue(WHO, part(old, "row"), "number", ["65"])).toBe(WHO.replace("60", "65"));
  });

  test("another fact of the same kind keeps sign and value, of another kind begins anew", () => {
    expect(withLeft(WHO, old, "arrears_months", names)).toBe(WHO.replace("age", "arrears_months"));
    expect(withLeft(WHO, gold, "class", names)).toBe(WHO.replace('tier == "gold"', 'class == "A"'));
    expect(withLeft(WHO, gold, "a.paid", names)).toBe(WHO.replace('tier == "gold"', "a.paid"));
    expect(withLeft(WHO, orphan, "joined", names)).toBe(WHO.replace("orphan", "joined == today"));
  });

  test("parts come and go with the sign that joins them", () => {
    expect(without(WHO, part(all, "group"), 0)).toBe('// only gold\n (class in ["A", "B"] || orphan) && !(age > 60)');
    expect(without(WHO, part(all, "group"), 1)).toBe('tier == "gold" // only gold\n && !(age > 60)');
    expect(without(WHO, part(all, "group"), 2)).toBe('tier == "gold" // only gold\n && (class in ["A", "B"] || orphan)');
    expect(without(WHO, part(some, "group"), 0)).toBe(WHO.replace('class in ["A", "B"] || ', ""));
    expect(withRow(WHO, all, "a.paid")).toBe(`${WHO} && a.paid`);
    expect(withRow(WHO, some, "a.paid")).toBe(WHO.replace("|| orphan", "|| orphan || a.paid"));
    expect(withBeside(WHO, gold, "all", 'class == "A"')).toBe(WHO.replace('tier == "gold"', '(tier == "gold" || class == "A")'));
  });

  test("a group is joined the other way, a part is turned round and back", () => {
    expect(withJoin(WHO, part(all, "group"), "any")).toBe('tier == "gold" // only gold\n || (class in ["A", "B"] || orphan) || !(age > 60)');
    expect(denied(WHO, gold)).toBe(WHO.replace('tier == "gold"', '!(tier == "gold")'));
    expect(denied(WHO, old)).toBe(WHO.replace("!(age > 60)", "(age > 60)"));
    expect(denied(WHO, orphan)).toBe(WHO.replace("orphan", "!orphan"));
  });

  test("a choice of two behind a question mark is bracketed before something joins it", () => {
    const source = "orphan ? age > 3 : age > 5";
    const whole: Branch = { at: { from: 0, to: source.length }, inner: { from: 0, to: source.length }, denied: "no", what: { kind: "text" } };
    expect(withRow(source, whole, "a.paid")).toBe("(orphan ? age > 3 : age > 5) && a.paid");
  });

  test("values are written as the language wants them", () => {
    const first = ["tier", "age", "orphan", "labels", "joined", "annual_value", "a.paid", "festival(today)", "month(today)"].map((left) => freshRow(left, names));
    expect(first).toEqual(['tier == "gold"', "age >= 0", "orphan", '"vip" in labels', "joined == today", "annual_value >= yuan(0)", "a.paid", 'festival(today) == "qingming"', "month(today) >= 0"]);
    expect(rowText("joined", "<", "today", ["-90"])).toBe("joined < today - days(90)");
    expect(rowText("joined", "==", "date", ["2026-11-23"])).toBe('joined == date("2026-11-23")');
    expect(rowText("labels", "has", "text", ['a"b'])).toBe('"a\\"b" in labels');
  });
});

describe("what a field shows", () => {
  const digits = (text: string) => /^\d+$/.test(text);
  const taken = left({ ...untyped("80"), text: "70 " }, digits);

  test("what is typed is taken once, and what may not be taken gives way to what stands", () => {
    expect(taken).toEqual({ now: { text: "70 ", value: "80", taken: "70" }, write: "70" });
    expect(left(taken.now, digits).write).toBeUndefined();
    expect(left({ ...untyped("80"), text: "soon" }, digits)).toEqual({ now: untyped("80") });
    expect(left(untyped("80"), digits).write).toBeUndefined();
  });

  test("the answer with the new value ends the wait", () => {
    expect(heard(taken.now, "80", false)).toBe(taken.now);
    expect(heard(taken.now, "70", true)).toEqual(untyped("70"));
  });

  test("a text that comes back with the value shown before is seen", () => {
    expect(heard(taken.now, "80", true)).toEqual(untyped("80"));
  });

  test("what is being typed outlives answers about other fields", () => {
    const typing = { ...untyped("80"), text: "7" };
    expect(heard(typing, "80", true)).toBe(typing);
  });
});
