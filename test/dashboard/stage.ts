import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildDashboard } from "../../dashboard/build.ts";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { needs } from "../needs.ts";
import { watchedCloud } from "../watched-cloud.ts";

/** Options of a test that opens the dashboard: it must not hold the others up. */
export const looking = { ...needs("chromium"), timeout: 300_000 };

/** Nothing on a page takes so long, however busy the machine is. */
const PATIENCE_MS = 30_000;
const PICTURES = fileURLToPath(new URL("../../docs/images/", import.meta.url));

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: onPath("chromium"),
    timeout: PATIENCE_MS,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
  });

/** A built dashboard and a browser for the tests of a file. */
export class Stage implements AsyncDisposable {
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, browser: Browser) {
    this.#folder = folder;
    this.#browser = browser;
  }

  static async set(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "squall-dashboard-"));
    await buildDashboard(folder);
    return new Stage(folder, await openBrowser());
  }

  /** A cloud that serves it, and a page that is open on a view. */
  async open(view = "", options: CloudOptions = {}, context: BrowserContextOptions = {}): Promise<Scene> {
    const cloud = await watchedCloud(options, this.#folder);
    const opened = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...context });
    const page = await opened.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const scene = new Scene(cloud, page);
    await page.goto(`${cloud.url}/${view}`);
    return scene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A page on a cloud of its own. It fails its test when the page complained of anything. */
export class Scene implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(cloud: Cloud, page: Page) {
    this.cloud = cloud;
    this.page = page;
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      // A browser says of every refusal of the API that it is one; the page shows it in words.
      const { pathname } = new URL(message.location().url || "http://page/");
      const isAsked = pathname.startsWith("/_squall/") && !pathname.startsWith("/_squall/ui");
      if (isAsked && /status of 4\d\d/.test(message.text())) return;
      this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Until the page hears of what happens: what is called from then on is seen. */
  async live(): Promise<void> {
    await this.page.getByText("live", { exact: true }).waitFor();
  }

  /** A picture for the documentation, when it is asked for with `SQUALL_PICTURES=1`. */
  async picture(name: string): Promise<void> {
    if (!process.env["SQUALL_PICTURES"]) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.setViewportSize({ width: 1120, height: 640 });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.cloud.stop();
    assert.deepEqual(this.complaints, []);
  }
}

function onPath(name: string): string {
  const places = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => existsSync(place)) ?? name;
}
