/** What reports of one file are made of: a page without anything from elsewhere, pictures that print, the tables folded under them. */

/** The width of every picture, in units that are scaled to the page. */
export const WIDTH = 960;
/** Where names stand, and what is left for the picture. */
export const NAMES = 190;
export const PLOT = WIDTH - NAMES;
export const ROW = 22;

const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1c2230,#e3e7ee);--quiet:light-dark(#586174,#9ba6b8);--soft:light-dark(#f0f2f6,#222731);--line:light-dark(#c8cdd8,#3a4150)
;--accent:light-dark(#2456c4,#8fb3ff);--ok:light-dark(#18713f,#6fd19a);--bad:light-dark(#c0862a,#f0c063);--struck:light-dark(#b3261e,#ff9d94)}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:light-dark(#fff,#14171d)}
table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid var(--line);padding:.25rem .6rem;text-align:left}
th{background:var(--soft)}code{background:var(--soft);padding:0 .2rem}h2{font-size:1.15rem;margin:1.4rem 0 .2rem}p,li,td{overflow-wrap:anywhere}
.legend{color:var(--quiet);margin:.2rem 0}.legend span{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-left:.8em}
.legend .ok,.legend .after{background:var(--ok)}.legend .error{background:var(--bad)}.legend .struck{background:var(--struck)}.legend .before{background:var(--quiet)}.legend .during{background:var(--accent)}
details{margin-top:1.5rem;overflow-x:auto}summary{cursor:pointer;font-weight:600}
@media print{:root{color-scheme:light}body{margin:0;max-width:none}details::details-content{content-visibility:visible;height:auto}svg,tr{break-inside:avoid}}
svg{display:block;width:100%;height:auto;margin:.4rem 0 1.2rem;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .quiet{fill:var(--quiet)}svg .stretch{fill:var(--soft)}svg .axis{stroke:var(--line)}
svg .action,svg .during{fill:var(--accent)}svg .ok,svg .after{fill:var(--ok)}svg .error{fill:var(--bad)}svg .struck{fill:var(--struck)}svg .before{fill:var(--quiet)}svg .tick{stroke:var(--ink);stroke-width:2}`;

/** @param body markup: whoever makes it escapes what others wrote */
export const reportPage = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${body}
</body></html>
`;

export const legend = (kinds: readonly (readonly [kind: string, name: string])[]): string =>
  `<p class="legend">${kinds.map(([kind, name]) => `<span class="${kind}"></span> ${name}`).join(" ")}</p>`;

/** A table under its heads. @param rows markup, as `reportPage` takes it */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table>${row(heads, "th")}${rows.map((cells) => row(cells, "td")).join("")}</table>`;
}

/** A number as a picture's attributes have it. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);
export const shortened = (name: string): string => (name.length > 28 ? `${name.slice(0, 27)}…` : name);
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${n(ms / 1000)} s`);
export const title = (words: string): string => `<title>${escaped(words)}</title>`;
export const text = (x: number, y: number, words: string, kind = ""): string =>
  `<text x="${n(x)}" y="${n(y)}"${kind && ` class="${kind}"`}>${escaped(words)}</text>`;

export function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
