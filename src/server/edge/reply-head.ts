import { STATUS_CODES } from "../../core/node-http.ts";

/** A response's head as it is sent, and how its body and its connection end. */
export interface ReplyHead {
  readonly text: string;
  /** May a body follow it? None does after HEAD, nor with these statuses. */
  readonly hasBody: boolean;
  readonly isChunked: boolean;
  readonly isLast: boolean;
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Names that were found good: there are few, and each goes out with every answer. */
const known = new Set<string>();
const MOST_KNOWN = 1000;

let second = 0;
let date = "";

/**
 * The head of a response, with what Node's server adds to it: `Date`, `Connection`, `Keep-Alive`, and chunks where no length is said.
 * @throws TypeError for a header that HTTP cannot carry
 */
export function headText(
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
  { keepAliveMs, isHead }: { keepAliveMs: number; isHead: boolean },
): ReplyHead {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "unknown"}\r\n`;
  let hasDate = false;
  let hasLength = false;
  let encoding = "";
  let connection = "";
  let values = "";
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) throw new TypeError(`Invalid value "undefined" for header "${name}"`);
    if (!known.has(name)) learn(name);
    if (Array.isArray(value)) {
      for (const each of value) {
        text += `${name}: ${each}\r\n`;
        values += each;
      }
    } else {
      text += `${name}: ${value}\r\n`;
      values += value;
    }
    switch (name.length) {
      case 4:
        hasDate ||= name.toLowerCase() === "date";
        break;
      case 10:
        if (name.toLowerCase() === "connection") connection = String(value).toLowerCase();
        break;
      case 14:
        hasLength ||= name.toLowerCase() === "content-length";
        break;
      case 17:
        if (name.toLowerCase() === "transfer-encoding") encoding = String(value).toLowerCase();
        break;
    }
  }
  // One look at them all: most are good.
  if (NO_VALUE.test(values)) throw badValue(headers);
  if (!hasDate) text += `Date: ${now()}\r\n`;
  const isLast = connection.includes("close");
  if (connection === "") text += `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveMs / 1000}\r\n`;
  const hasBody = !isHead && status !== 204 && status !== 304;
  const isImplied = !hasLength && encoding === "" && hasBody;
  if (isImplied) text += "Transfer-Encoding: chunked\r\n";
  return { text: `${text}\r\n`, hasBody, isChunked: isImplied || encoding.includes("chunked"), isLast };
}

function badValue(headers: Readonly<Record<string, string | string[]>>): TypeError {
  const isBad = (value: unknown) => NO_VALUE.test(`${value}`);
  const [name] = Object.entries(headers).find(([, value]) => [value].flat().some(isBad)) ?? [];
  return new TypeError(`Invalid character in header content ["${name}"]`);
}

function learn(name: string): void {
  if (!NAME.test(name)) throw new TypeError(`Header name must be a valid HTTP token ["${name}"]`);
  if (known.size < MOST_KNOWN) known.add(name);
}

/** The time of the machine, as Node's server has it. */
function now(): string {
  const at = Math.floor(Date.now() / 1000);
  if (at !== second) {
    second = at;
    date = new Date(at * 1000).toUTCString();
  }
  return date;
}
