/*
 * Each worker remembers the calls that came to it. Who asks any of them for the calls or the metrics hears of all: the one that is
 * asked asks the others, and lays what they say together.
 */

/** A page of the admin API as one worker asks it of another. */
export interface Page {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}

/** The workers of one process, as one of them sees them. */
export interface Together {
  /** What the others answer. */
  others(page: Page): Promise<readonly string[]>;
  /** Says who answers what the others ask here. */
  answering(answer: (page: Page) => Promise<string>): void;
}

/** How answers to a page become one; undefined for one that every worker answers by itself. */
export function layingTogether({
  method,
  path,
  query,
}: Page): ((answers: readonly string[]) => string) | undefined {
  if (path === "/_squall/metrics" && method === "GET") return sumsOf;
  if (path !== "/_squall/calls") return undefined;
  if (method === "DELETE") return (answers) => `${JSON.stringify({ last: sum(parsed(answers), "last") })}\n`;
  const asked = new URLSearchParams(query);
  // Sequence numbers are each worker's own: by them, and as they come, one hears of one's own alone.
  if (method !== "GET" || asked.has("after") || asked.has("follow")) return undefined;
  const limit = Number(asked.get("limit") ?? 1000);
  return (answers) => callsOf(parsed(answers), limit);
}

interface Calls {
  readonly calls: readonly { readonly startedAt: number }[];
  readonly last: number;
  readonly dropped: number;
  readonly truncated: boolean;
}

const parsed = (answers: readonly string[]): Calls[] => answers.map((answer) => JSON.parse(answer) as Calls);

const sum = (all: readonly Calls[], name: "last" | "dropped"): number =>
  all.reduce((sum, one) => sum + (one[name] ?? 0), 0);

/** In the order in which they began; the newest are what one looks for. */
function callsOf(all: readonly Calls[], limit: number): string {
  const calls = all.flatMap(({ calls }) => calls).sort((a, b) => a.startedAt - b.startedAt);
  return `${JSON.stringify({
    calls: calls.slice(-limit),
    last: sum(all, "last"),
    dropped: sum(all, "dropped"),
    truncated: all.some(({ truncated }) => truncated),
  })}\n`;
}

/** What is the same everywhere is not added up. */
const SAME = /^squall_(?:info|rules|stopped)\b/;

/** Prometheus' text of all workers: what is counted is added up, series by series. */
function sumsOf(answers: readonly string[]): string {
  const heads = new Map<string, string>();
  const series = new Map<string, Map<string, number>>();
  for (const answer of answers) {
    let family = "";
    for (const line of answer.split("\n")) {
      if (line.startsWith("# ")) {
        family = line.split(" ")[2] ?? "";
        const head = heads.get(family) ?? "";
        if (!head.includes(line)) heads.set(family, `${head}${line}\n`);
      } else if (line !== "") {
        const at = line.lastIndexOf(" ");
        const [name, value] = [line.slice(0, at), Number(line.slice(at + 1))];
        const values = series.get(family) ?? new Map<string, number>();
        series.set(family, values);
        values.set(name, SAME.test(name) ? value : (values.get(name) ?? 0) + value);
      }
    }
  }
  let text = "";
  for (const [family, head] of heads) {
    text += head;
    for (const [name, value] of series.get(family) ?? []) text += `${name} ${value}\n`;
  }
  return text;
}
