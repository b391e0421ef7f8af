import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** As it is in `src`, or as it was built: that starts in half the time. */
const main = fileURLToPath(
  new URL(
    process.env["SQUALL_TEST_BUILT"] ? "../../dist/cli/main.js" : "../../src/cli/main.ts",
    import.meta.url,
  ),
);

const MOST_COMPLAINTS = 20;
const isComplaint = (line: string): boolean => !/ (?:INFO|DEBUG) |^$/.test(line);

/** A squall in a process of its own, at the same port after each start. */
export class CrashServer {
  readonly #dataDir: string;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #port = 0;
  readonly #complaints: string[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get processId(): number {
    return this.#child?.pid ?? 0;
  }

  /** The last that it has warned of. */
  get complaints(): readonly string[] {
    return this.#complaints;
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
        else this.#complaints.push(...String(chunk).split("\n").filter(isComplaint));
        this.#complaints.splice(0, this.#complaints.length - MOST_COMPLAINTS);
      });
    }
    while (!output.includes("Ready.")) {
      if (child.exitCode !== null) throw new Error(`Squall did not start again:\n${output}`);
      await Promise.race([once(child.stdout, "data"), this.#ended]);
    }
    this.#port = Number(/listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)![1]);
  }

  /** Resolves to how long it took to end. */
  async end(
    signal: "SIGKILL" | "SIGTERM",
  ): Promise<{ tookMs: number; code: number | null; processId: number }> {
    const from = performance.now();
    const { processId } = this;
    this.#child?.kill(signal);
    await this.#ended;
    return { tookMs: performance.now() - from, code: this.#child?.exitCode ?? null, processId };
  }
}
