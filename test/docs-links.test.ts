import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { fileOf } from "../scripts/docs.ts";

/** Every page that somebody may read in the repository. */
const PAGES = globSync(["*.md", "docs/**/*.md", "kits/**/*.md", "examples/**/*.md"], {
  cwd: fileOf("."),
  exclude: (name) => name.includes("node_modules"),
});
const LINK = /\]\(([^)\s]+)\)|href="([^"]+)"|src="([^"]+)"/g;

test("no link leads nowhere: pages, pictures, files, and headings within them", () => {
  let links = 0;
  const dead: string[] = [];
  for (const page of PAGES)
    for (const [, ...targets] of proseOf(read(page)).matchAll(LINK)) {
      const target = targets.find(Boolean) ?? "";
      if (/^(?:https?:|mailto:)/.test(target)) continue;
      links++;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
      if (!existsSync(fileOf(file))) dead.push(`${page}: ${target}`);
      else if (anchor !== undefined && file.endsWith(".md") && !headingsOf(file).has(anchor))
        dead.push(`${page}: ${target} has no such heading`);
    }
  assert.deepEqual(dead, []);
  assert.ok(links > 400, "links are found");
});

test("what README leads to travels in the package", () => {
  const { files } = JSON.parse(read("package.json")) as { files: readonly string[] };
  const isThere = (file: string) => files.some((one) => file === one || file.startsWith(`${one}/`));
  const left: string[] = [];
  for (const [, ...targets] of proseOf(read("README.md")).matchAll(LINK)) {
    const [path = ""] = (targets.find(Boolean) ?? "").split("#");
    if (path !== "" && !/^(?:https?:|mailto:)/.test(path) && !isThere(posix.join(path))) left.push(path);
  }
  assert.deepEqual(left, []);
});

test("README or the first page leads to every guide", () => {
  const readme = read("README.md");
  const index = read("docs/index.md");
  const unled = globSync("docs/guide/*.md", { cwd: fileOf(".") }).filter(
    (page) => !readme.includes(page) && !index.includes(page.replace("docs/", "")),
  );
  assert.deepEqual(unled, []);
});

const read = (page: string): string => readFileSync(fileOf(page), "utf8");

/** Without blocks of code. */
const proseOf = (text: string): string =>
  text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, "").replaceAll(/`[^`\n]*`/g, "``");

const known = new Map<string, ReadonlySet<string>>();

/** The anchors of a page's headings, as GitHub and VitePress both make them of plain words. */
function headingsOf(page: string): ReadonlySet<string> {
  const found = known.get(page);
  if (found || statSync(fileOf(page)).isDirectory()) return found ?? new Set();
  const anchors = new Set<string>();
  const text = read(page).replaceAll(/^( *)```[\s\S]*?^\1```/gm, "");
  for (const [, heading = ""] of text.matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    let own = anchor;
    for (let number = 1; anchors.has(own); number++) own = `${anchor}-${number}`;
    anchors.add(own);
  }
  known.set(page, anchors);
  return anchors;
}
