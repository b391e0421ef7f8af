import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** A squall in a process of its own, at the same port after each start. */
export class CrashServer {
  readonly #dataDir: string;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #port = 0;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const args = ["start", "--port", String(this.#port), "--data-dir", this.#dataDir, "--log-level", "info"];
    const child = spawn(process.execPath, ["--conditions=squall-source", main, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#ended = once(child, "exit");
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        if (!output.includes("Ready.")) output += chunk;
      });
    }
    while (!output.includes("Ready.")) {
      if (child.exitCode !== null) throw new Error(`Squall did not start again:\n${output}`);
      await Promise.race([once(child.stdout, "data"), this.#ended]);
    }
    this.#port = Number(/listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)![1]);
  }

  /** Resolves to how long it took to end. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<{ tookMs: number; code: number | null }> {
    const from = performance.now();
    this.#child?.kill(signal);
    await this.#ended;
    return { tookMs: performance.now() - from, code: this.#child?.exitCode ?? null };
  }
}
