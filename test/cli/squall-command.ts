import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** Squall's command: of these sources, or of the package that is installed in a folder. */
const installed = process.env["SQUALL_INSTALLED"];
export const main =
  installed === undefined
    ? fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))
    : join(installed, "node_modules/squall/bin/squall.js");

/** No command of a test takes so long, however busy the machine is. */
const PATIENCE_MS = 120_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly output: string;
}

/** The `squall` command with a home of its own: nothing of this machine's is seen, nothing is left. What it has started to stay is ended. */
export class Squall {
  readonly folder: string;
  readonly environment: Record<string, string | undefined>;

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), "squall-cli-"));
    const {
      AWS_ENDPOINT_URL: _,
      SQUALL_URL: __,
      npm_execpath: ___,
      npm_command: ____,
      ...outer
    } = process.env;
    this.environment = { ...outer, HOME: this.folder, SQUALL_RUN_DIR: join(this.folder, "run") };
    t.after(async () => {
      await this.run("stop", "--all");
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Runs it to its end, in this folder. */
  async run(...args: string[]): Promise<Ran> {
    const child = this.spawn(...args);
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const deadline = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (ended) => resolve(ended ?? -1));
    });
    clearTimeout(deadline);
    return { code, stdout, stderr, output: stdout + stderr };
  }

  spawn(...args: string[]): ChildProcess {
    return spawn(process.execPath, [main, ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** `squall start -d` at any free port, with what it says of itself. */
  async startDetached(
    ...args: string[]
  ): Promise<{ url: string; port: number; pid: number; output: string }> {
    const { code, output } = await this.run("start", "-d", "--port", "0", ...args);
    const [, url = "", pid] = /^Squall runs at (\S+) \(process (\d+),/m.exec(output) ?? [];
    if (code !== 0) throw new Error(`squall start -d ended with ${code}: ${output}`);
    return { url, port: Number(new URL(url).port), pid: Number(pid), output };
  }
}
