import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";

/** A headless Chromium, driven by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
export class Browser implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<(method: string, sessionId: string) => void>();
  #lastId = 0;

  private constructor(process: ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.on("message", (data) => this.#hear(JSON.parse(String(data)) as Message));
  }

  /** @param resolves host names that are this machine: `*.example` */
  static async start(resolves: readonly string[]): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "squall-browser-"));
    const rules = resolves.map((name) => `MAP ${name} 127.0.0.1`).join(",");
    const flags = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--remote-debugging-port=0",
      `--user-data-dir=${folder}`,
      `--host-resolver-rules=${rules}`,
      "about:blank",
    ];
    const child = spawn("chromium", flags, { stdio: ["ignore", "ignore", "pipe"] });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.stderr.on("data", (chunk) => {
        text += chunk;
        const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
        if (found) resolve(found);
      });
      child.on("exit", () => reject(new Error(`Chromium ended: ${text}`)));
    });
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Browser(child, folder, socket);
  }

  /** A new page, in cookies and storage of its own, when it has loaded. */
  async open(url: string): Promise<Page> {
    const { browserContextId } = await this.send<{ browserContextId: string }>("Target.createBrowserContext");
    const { targetId } = await this.send<{ targetId: string }>("Target.createTarget", {
      url: "about:blank",
      browserContextId,
    });
    const { sessionId } = await this.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const page = new Page(this, sessionId);
    await page.go(url);
    return page;
  }

  send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    });
  }

  /** Resolves when a session next says that something happened. */
  next(method: string, sessionId: string): Promise<void> {
    return new Promise((resolve) => {
      const listener = (heard: string, from: string) => {
        if (heard !== method || from !== sessionId) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  #hear(message: Message): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message.method ?? "", message.sessionId ?? "");
      return;
    }
    const asked = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result as never);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#socket.terminate();
    this.#process.kill("SIGKILL");
    await gone;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Page {
  readonly #browser: Browser;
  readonly #sessionId: string;

  constructor(browser: Browser, sessionId: string) {
    this.#browser = browser;
    this.#sessionId = sessionId;
  }

  /** Goes to an address as if somebody had typed it, until the page has loaded. */
  async go(url: string): Promise<void> {
    await this.#browser.send("Page.enable", {}, this.#sessionId);
    const loaded = this.#browser.next("Page.loadEventFired", this.#sessionId);
    await this.#browser.send("Page.navigate", { url }, this.#sessionId);
    await loaded;
  }

  /** What a script in the page comes to: the value of an expression, or of its promise. */
  async run<T>(script: string): Promise<T> {
    const { result, exceptionDetails } = await this.#browser.send<{
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>("Runtime.evaluate", { expression: script, awaitPromise: true, returnByValue: true }, this.#sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
}
