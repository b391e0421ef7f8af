import type { Difference } from "./world.ts";

/** One difference as a clause of a sentence: `stats[count].c is 2 (fault-free: 1)`. */
export function changeBetween(difference: Difference, first = "fault-free"): string {
  const { arn, id, kind, was, is } = difference;
  const name = arn.slice(Math.max(arn.lastIndexOf(":"), arn.lastIndexOf("/")) + 1);
  const thing = id === undefined ? name : `${name}[${id}]`;
  switch (kind) {
    case "resource-missing":
      return `${arn} is not there`;
    case "resource-more":
      return `${arn} is there, too`;
    case "missing":
      return id === undefined ? `${name} lacks ${short(was)}` : `${thing} is not there`;
    case "more":
      return id === undefined ? `${name} holds ${short(is)} once more` : `${thing} is there, too`;
    default:
      return changed(thing, parse(was), parse(is), first);
  }
}

/** Down to the one place that differs. */
function changed(path: string, was: unknown, is: unknown, first: string): string {
  const a = plain(was);
  const b = plain(is);
  if (isRecord(a) && isRecord(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
      (name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]),
    );
    const [name] = names;
    if (name !== undefined) return changed(`${path}.${name}`, a[name], b[name], first);
  }
  return `${path} is ${short(JSON.stringify(b))} (${first}: ${short(JSON.stringify(a))})`;
}

/** DynamoDB's `{"N": "2"}` is 2. */
function plain(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const names = Object.keys(value);
  if (names.length !== 1) return value;
  switch (names[0]) {
    case "N":
      return Number(value["N"]);
    case "S":
    case "BOOL":
    case "L":
    case "M":
    case "SS":
    case "NS":
      return value[names[0]];
    default:
      return value;
  }
}

const LONGEST = 80;
const short = (text = "nothing"): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const parse = (text = "null"): unknown => JSON.parse(text);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
