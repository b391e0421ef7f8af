import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { buildDashboard } from "../dashboard/build.ts";
import { LocalCloud } from "../src/cloud.ts";
import { loadEffects } from "../src/faults/registry.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import { openBrowser } from "../test/dashboard/stage.ts";
import { isThere } from "../test/needs.ts";
import { type Figure, median } from "./tools.ts";

const ROUNDS = 9;
const MOST_KB = 150;
const MOST_MS = 300;
const CALLS = 1000;

/** What of a visit is measured: as Lighthouse calls it, by the browser's own entries. */
interface Visit {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** Of tasks of the page that were longer than 50 ms, what they were longer. */
  readonly blockedMs: number;
  readonly shift: number;
  readonly bytes: number;
  readonly requests: number;
}

/** The page's first view in Chromium, with nothing of it kept from before, and a thousand calls to show. */
export default async function bench(): Promise<Figure[]> {
  if (!isThere("chromium")) return [{ name: "Dashboard", value: "not measured: there is no chromium" }];
  const folder = mkdtempSync(join(tmpdir(), "squall-bench-page-"));
  const browser = await openBrowser();
  try {
    await buildDashboard(folder);
    await using cloud = new LocalCloud(
      { port: 0, seed: "bench" },
      await loadEffects(),
      await loadDeclarations(),
      { dashboard: folder },
    );
    await cloud.start();
    for (let call = 0; call < CALLS; call++) await cloud.call("sts", "GetCallerIdentity", {});
    const visits: Visit[] = [];
    for (let round = 0; round < ROUNDS; round++) visits.push(await visit(browser, cloud.url));
    return figuresOf(visits);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(WATCHER);
  await page.goto(url);
  await page.getByText("live", { exact: true }).waitFor();
  await page
    .getByRole("row", { name: /GetCallerIdentity/ })
    .first()
    .waitFor();
  const seen = await measured(page);
  await context.close();
  return seen;
}

/** Notes what the browser tells from the page's first moment on. */
const WATCHER = `
  globalThis.seen = { largestPaintMs: 0, blockedMs: 0, shift: 0 };
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("largest-contentful-paint", ({ startTime }) => { seen.largestPaintMs = startTime; });
  watch("longtask", ({ duration }) => { seen.blockedMs += duration - 50; });
  watch("layout-shift", ({ value }) => { seen.shift += value; });
`;

const measured = (page: Page): Promise<Visit> =>
  page.evaluate<Visit>(`(() => {
    const files = [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")]
      .filter(({ name }) => !name.includes("/_squall/") || name.includes("/_squall/ui/"));
    return {
      ...globalThis.seen,
      firstPaintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      bytes: files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      requests: files.length,
    };
  })()`);

function figuresOf(visits: readonly Visit[]): Figure[] {
  const middle = (of: (visit: Visit) => number) => median(visits.map(of));
  const [kb, first] = [middle(({ bytes }) => bytes) / 1024, middle(({ firstPaintMs }) => firstPaintMs)];
  return [
    {
      name: "Dashboard: first view, first paint",
      value: `${Math.round(first)} ms`,
      target: `< ${MOST_MS} ms`,
      reached: first < MOST_MS,
    },
    {
      name: "Dashboard: first view, sent",
      value: `${kb.toFixed(1)} KB in ${middle(({ requests }) => requests)} files`,
      target: `< ${MOST_KB} KB`,
      reached: kb < MOST_KB,
    },
    {
      name: "Dashboard: largest paint",
      value: `${Math.round(middle(({ largestPaintMs }) => largestPaintMs))} ms`,
    },
    {
      name: "Dashboard: blocked by its own work",
      value: `${Math.round(middle(({ blockedMs }) => blockedMs))} ms`,
    },
    { name: "Dashboard: layout shift", value: middle(({ shift }) => shift).toFixed(3) },
  ];
}
