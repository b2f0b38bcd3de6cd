/** A workbook, written and read with nothing but Node: enough for a person's list and for the program's error file. */
import { inflateRawSync } from "node:zlib";

const TABLE = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1), n) >>> 0);
const crc = (bytes) => (bytes.reduce((c, byte) => TABLE[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n))).replace(/&amp;/g, "&");
const letters = (n) => (n < 26 ? String.fromCharCode(65 + n) : letters(Math.floor(n / 26) - 1) + letters(n % 26));

const OPEN = "http://schemas.openxmlformats.org";
const numbered = (names, draw) => names.map((name, i) => draw(i + 1, escaped(name))).join("");
/** What names and joins the sheets of a workbook. */
const partsOf = (names) => ({
  "[Content_Types].xml": `<Types xmlns="${OPEN}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>${numbered(names, (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)}</Types>`,
  "_rels/.rels": `<Relationships xmlns="${OPEN}/package/2006/relationships"><Relationship Id="r1" Type="${OPEN}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `<workbook xmlns="${OPEN}/spreadsheetml/2006/main" xmlns:r="${OPEN}/officeDocument/2006/relationships"><sheets>${numbered(names, (n, name) => `<sheet name="${name}" sheetId="${n}" r:id="r${n}"/>`)}</sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${OPEN}/package/2006/relationships">${numbered(names, (n) => `<Relationship Id="r${n}" Type="${OPEN}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
});

/** Rows of texts as .xlsx bytes: those of one sheet, or of each sheet under its name. */
export function workbook(rows) {
  const sheets = Array.isArray(rows) ? { Sheet1: rows } : rows;
  const line = (cells, at) => `<row r="${at + 1}">${cells.map((text, i) => `<c r="${letters(i)}${at + 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`).join("")}</row>`;
  const drawn = Object.values(sheets).map((one, i) => [`xl/worksheets/sheet${i + 1}.xml`, `<worksheet xmlns="${OPEN}/spreadsheetml/2006/main"><sheetData>${one.map(line).join("")}</sheetData></worksheet>`]);
  const heads = [];
  const bodies = [];
  let offset = 0;
  const parts = [...Object.entries(partsOf(Object.keys(sheets))), ...drawn];
  for (const [name, text] of parts) {
    const [file, body] = [Buffer.from(name), Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(file.length, 22);
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), common, file, body);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    heads.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, file);
    offset += 30 + file.length + body.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** The texts of the first sheet of .xlsx bytes. */
export function rowsOf(bytes) {
  const files = unpacked(bytes);
  const texts = (xml) => [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map((one) => plain(one[1])).join("");
  const shared = [...(files["xl/sharedStrings.xml"] ?? "").matchAll(/<si>(.*?)<\/si>/gs)].map((one) => texts(one[1]));
  const sheet = files[Object.keys(files).find((name) => /^xl\/worksheets\/sheet1\.xml$/.test(name))];
  return [...sheet.matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = [];
    for (const [, attributes, body] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const place = [...attributes.match(/r="([A-Z]+)/)[1]].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      const value = body?.match(/<v>([^<]*)<\/v>/)?.[1];
      cells[place] = !body ? "" : attributes.includes('t="s"') ? shared[Number(value)] : attributes.includes("inlineStr") ? texts(body) : plain(value ?? "");
    }
    return Array.from(cells, (text) => text ?? "");
  });
}

function unpacked(bytes) {
  const files = {};
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [way, packed, long, extra, note, offset] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const from = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const body = bytes.subarray(from, from + packed);
    files[bytes.toString("utf8", at + 46, at + 46 + long)] = (way === 0 ? body : inflateRawSync(body)).toString("utf8");
    at += 46 + long + extra + note;
  }
  return files;
}
