import type { Observed, Sent } from "./observed.ts";

const WIDTH = 760;
const LINE = 17;
const LEFT = 24;
const RIGHT = WIDTH - 24;
const INSET = 44;
/** So much of a line is shown. */
const MOST_COLUMNS = 88;
const MOST_LINES = 16;

const STYLE =
  "text{font:12.5px ui-monospace,'SF Mono',Menlo,Consolas,monospace;fill:#1c2230}.name{font-weight:bold}.quiet{fill:#586174}.bad{fill:#b3261e}" +
  "path{fill:none;stroke:#586174;stroke-width:1.5}path.bad{stroke:#b3261e}path.head{fill:#586174;stroke:none}path.head.bad{fill:#b3261e}" +
  "path.life{stroke:#c9cedb}rect{fill:#fff}" +
  "@media(prefers-color-scheme:dark){text{fill:#e3e7ee}.quiet{fill:#9ba6b8}.bad{fill:#ff9d94}path{stroke:#9ba6b8}path.bad{stroke:#ff9d94}path.head{fill:#9ba6b8}path.head.bad{fill:#ff9d94}path.life{stroke:#3a4150}rect{fill:#14171d}}";

const ENDS: Readonly<Record<Observed["end"], string>> = {
  kept: "the connection stays open for the next call",
  closed: "the connection is closed (FIN)",
  reset: "the connection is reset (RST)",
  silent: "nothing: the connection stays open",
};

/** The wire between a client and Squall as a picture: what was sent, what became of the call, what came back. */
export function picture(sent: Sent, observed: Observed, became: readonly string[]): string {
  const parts: string[] = [];
  let y = 24;
  const write = (text: string, kind = "", x = INSET) => {
    parts.push(`<text class="${kind}" x="${x}" y="${y}" xml:space="preserve">${escaped(text)}</text>`);
    y += LINE;
  };
  const arrow = (to: "left" | "right", kind = "") => {
    const [from, tip, back] = to === "right" ? [LEFT, RIGHT, RIGHT - 8] : [RIGHT, LEFT, LEFT + 8];
    parts.push(
      `<path class="${kind}" d="M${from} ${y - 8}H${back}"/>`,
      `<path class="head ${kind}" d="M${tip} ${y - 8}L${back} ${y - 13}V${y - 3}Z"/>`,
    );
    y += LINE;
  };
  parts.push(`<text class="name" x="${LEFT - 16}" y="${y}">client</text>`);
  parts.push(`<text class="name" x="${RIGHT + 16}" y="${y}" text-anchor="end">Squall</text>`);
  const top = y + 8;
  y += 2 * LINE;
  for (const line of requestLines(sent)) write(line);
  arrow("right");
  for (const line of became) write(line, "quiet");
  y += LINE / 2;
  const isCut = observed.end !== "kept";
  const lines = answerLines(observed.text);
  for (const line of lines) write(line);
  if (lines.length > 0) arrow("left", isCut ? "bad" : "");
  write(`${lines.length > 0 && isCut ? "then " : ""}${ENDS[observed.end]}`, isCut ? "bad" : "quiet");
  const life = [LEFT, RIGHT].map((x) => `<path class="life" d="M${x} ${top}V${y}"/>`).join("");
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"><title>${escaped(`${became.join(": ")}; ${ENDS[observed.end]}`)}</title><style>${STYLE}</style><rect width="${WIDTH}" height="${height}"/>${life}\n${parts.join("\n")}\n</svg>\n`;
}

const requestLines = ({ method, path, headers, body }: Sent): string[] => [
  `${method} ${path} HTTP/1.1`,
  ...Object.entries(headers)
    .filter(
      ([name]) =>
        name.startsWith("x-amz-t") || name.startsWith("x-amz-copy") || name === "x-amz-security-token",
    )
    .map(([name, value]) => `${name}: ${value}`),
  ...(body === "" ? [] : ["", ...inColumns(body)]),
];

function answerLines(text: string): string[] {
  const lines = text.replace(/\n+$/, "").split("\n").flatMap(inColumns);
  if (text === "") return [];
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), "…"];
}

/** A long line goes on in the next. */
function inColumns(line: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < line.length || at === 0; at += MOST_COLUMNS)
    lines.push(line.slice(at, at + MOST_COLUMNS));
  return lines;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
