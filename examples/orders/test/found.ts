import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunctions } from "../build.ts";

const CLI = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const ORDER = fileURLToPath(new URL("../order.ts", import.meta.url));

/** The faults of README.md, by what shows them. */
const PLANTED: readonly (readonly [bug: number, step: RegExp, faults: string])[] = [
  [1, /BatchWriteItem|SendMessageBatch|lambda\.Invoke@api/, "outage,late-function-error"],
  [2, /PutItem@orders/, "lost-reply"],
  [3, /BatchWriteItem@lines/, "partial"],
  [4, /SendMessageBatch@shipments/, "partial"],
  [5, /Publish@orders/, "outage"],
  [6, /PutItem@shipped/, "outage"],
  [7, /UpdateItem@stats|SendMessageBatch@shipments/, "lost-reply,duplicate"],
  [8, /PutItem@invoices/, "outage"],
];

interface Finding {
  readonly strikes: readonly { readonly site: string; readonly fault: string }[];
  readonly also: readonly string[];
}

/** Explores the application under some kinds of faults; all of them take minutes. */
export class Explored {
  readonly #faults: string;
  #folder: string | undefined;

  /** @param usual the kinds, unless `npm run nightly -- explore` asks for all */
  constructor(usual: string) {
    this.#faults = process.env["SQUALL_EXPLORE_FAULTS"] ?? usual;
  }

  async setUp(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "squall-orders-"));
    await buildFunctions(join(this.#folder, "build"));
  }

  async tearDown(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  /** Each planted fault that these kinds can show has been found. */
  async finds(variant: string): Promise<void> {
    const { code, findings, out } = await this.#explore(variant);
    assert.equal(code, 1, out);
    const isWhole = this.#faults === "default";
    const asked = (faults: string) =>
      isWhole || faults.split(",").some((fault) => this.#faults.split(",").includes(fault));
    for (const [bug, step, faults] of PLANTED.filter(([, , needed]) => asked(needed))) {
      const isFound = findings.some(
        ({ strikes: [strike], also }) =>
          step.test(strike!.site.split(" > ").at(-1)!) &&
          [strike!.fault, ...also].some((fault) => faults.split(",").includes(fault)),
      );
      assert.ok(isFound, `bug ${bug} is not found:\n${out}`);
    }
  }

  async findsNothing(variant: string): Promise<void> {
    const { code, findings, out } = await this.#explore(variant);
    assert.deepEqual([code, findings.length], [0, 0], out);
  }

  async #explore(variant: string): Promise<{ code: number; findings: Finding[]; out: string }> {
    const folder = this.#folder!;
    const name = variant.replace("/", "-");
    const report = join(folder, `${name}.json`);
    const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
      execFile(
        process.execPath,
        [
          ...["--conditions=squall-source", CLI, "explore", "--faults", this.#faults, "--budget", "30m"],
          ...["--workers", "2", "--report", `json=${report}`, "--lock", `${name}.lock`],
          ...["--", process.execPath, ORDER, variant],
        ],
        { cwd: folder, env: { ...process.env, ORDERS_BUILD: join(folder, "build") } },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out + err }),
      );
    });
    const { findings } = JSON.parse(await readFile(report, "utf8")) as { findings: Finding[] };
    return { code, findings, out };
  }
}
