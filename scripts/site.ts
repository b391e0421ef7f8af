import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { createCloud } from "../src/index.ts";
import { coverage } from "./docs.ts";
import { servicePages } from "./service-pages.ts";

/*
 * `npm run site` writes the pages of the documentation to site/pages and has VitePress build them into site/dist. They are the files of
 * docs/, the root's SECURITY.md, CHANGELOG.md and CONTRIBUTING.md, a page for each service, and the HTTP API's description.
 * With SQUALL_REPOSITORY=URL links to source files lead there; without it they are plain text.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
const site = join(root, "site");
const pages = join(site, "pages");
const AT_THE_ROOT = ["SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"];

if (import.meta.main) {
  await writePages();
  if (!existsSync(join(site, "node_modules/vitepress")))
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: site, stdio: "inherit" });
  execFileSync(process.execPath, [join(site, "node_modules/vitepress/bin/vitepress.js"), "build", site], {
    stdio: "inherit",
  });
}

/** Writes what VitePress builds. */
export async function writePages(): Promise<void> {
  rmSync(pages, { recursive: true, force: true });
  cpSync(join(root, "docs"), pages, { recursive: true });
  for (const file of globSync("**/*.md", { cwd: pages })) {
    const text = readFileSync(join(pages, file), "utf8");
    writeFileSync(join(pages, file), forSite(text, posix.dirname(posix.join("docs", file))));
  }
  for (const file of AT_THE_ROOT)
    writeFileSync(join(pages, file), forSite(readFileSync(join(root, file), "utf8"), "."));
  for (const [file, text] of Object.entries(await servicePages(await coverage())))
    write(file, forSite(text, "docs/services"));
  await using cloud = await createCloud({ port: 0 });
  write("public/openapi.json", await (await fetch(`${cloud.url}/_squall/openapi.json`)).text());
  for (const schema of globSync("*.schema.json", { cwd: pages }))
    cpSync(join(pages, schema), join(pages, "public", schema));
}

function write(file: string, text: string): void {
  const path = join(pages, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * A page of the repository as a page of the site: its links lead to pages of the site, or to the repository.
 * @param folder where it stands, from the repository's root
 */
export function forSite(text: string, folder: string): string {
  return proseOf(text, /(^ *```[\s\S]*?^ *```)/m, (prose) =>
    proseOf(linked(prose, folder), /(`[^`\n]*`)/, withoutTags),
  );
}

/** Changes what is no code. */
function proseOf(text: string, code: RegExp, change: (prose: string) => string): string {
  return text
    .split(code)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}

/** VitePress takes what looks like a tag for one of Vue's. */
function withoutTags(text: string): string {
  return text.replaceAll(/<(?!br>|!--|\/?a[ >]|https?:)/g, "&lt;").replaceAll("{{", "{&#123;");
}

function linked(text: string, folder: string): string {
  return text.replaceAll(
    /(!?)\[((?:[^\][]|\[[^\]]*\]\([^)]*\))*)\]\(([^)\s]+)\)/g,
    (whole, picture, words, target) => {
      if (/^(?:[a-z]+:|#|\/)/.test(target)) return whole;
      const [path = "", anchor] = target.split("#");
      const file = posix.join(folder, path);
      const behind = anchor === undefined ? "" : `#${anchor}`;
      if (file.startsWith("docs/") && file.endsWith(".json"))
        return `<a href="/${posix.basename(file)}" target="_self">${words}</a>`;
      if (file.startsWith("docs/") && !file.endsWith("/"))
        return folder === "." ? `${picture}[${words}](/${file.slice("docs/".length)}${behind})` : whole;
      if (AT_THE_ROOT.includes(file)) return `[${words}](/${file}${behind})`;
      const repository = process.env["SQUALL_REPOSITORY"];
      return repository === undefined ? words : `${picture}[${words}](${repository}/${file}${behind})`;
    },
  );
}
