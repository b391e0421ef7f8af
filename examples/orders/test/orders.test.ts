import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildFunctions } from "../build.ts";

const CLI = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const ORDER = fileURLToPath(new URL("../order.ts", import.meta.url));

/** All of them take minutes: `npm run nightly -- explore`. */
const FAULTS = process.env["SQUALL_EXPLORE_FAULTS"] ?? "partial,duplicate";
const isWhole = FAULTS === "default";

let folder = "";
before(async () => {
  await buildFunctions();
  folder = await mkdtemp(join(tmpdir(), "squall-orders-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The faults of README.md, by what shows them. */
const PLANTED: readonly (readonly [bug: number, step: RegExp, fault: string])[] = [
  [1, /BatchWriteItem|SendMessageBatch|lambda\.Invoke@api/, "outage,late-function-error"],
  [2, /PutItem@orders/, "lost-reply"],
  [3, /BatchWriteItem@lines/, "partial"],
  [4, /SendMessageBatch@shipments/, "partial"],
  [5, /Publish@orders/, "outage"],
  [6, /PutItem@shipped/, "outage"],
  [7, /UpdateItem@stats|SendMessageBatch@shipments/, "lost-reply,duplicate"],
  [8, /PutItem@invoices/, "outage"],
];

test("explore finds the planted faults", async () => {
  const { code, findings, out } = await explore("planted");
  assert.equal(code, 1, out);
  const asked = (faults: string) => isWhole || faults.split(",").some((fault) => FAULTS.includes(fault));
  for (const [bug, step, faults] of PLANTED.filter(([, , needed]) => asked(needed))) {
    const found = findings.some(
      ({ strikes: [strike], also }) =>
        step.test(strike!.site.split(" > ").at(-1)!) &&
        [strike!.fault, ...also].some((fault) => faults.split(",").includes(fault)),
    );
    assert.ok(found, `bug ${bug} is not found:\n${out}`);
  }
});

test("explore finds nothing in the mended twin", async () => {
  const { code, findings, out } = await explore("mended");
  assert.deepEqual([code, findings.length], [0, 0], out);
});

interface Finding {
  readonly strikes: readonly { readonly site: string; readonly fault: string }[];
  readonly also: readonly string[];
}

async function explore(variant: string): Promise<{ code: number; findings: Finding[]; out: string }> {
  const report = join(folder, `${variant}.json`);
  const args = [
    "--faults",
    FAULTS,
    "--workers",
    "2",
    "--report",
    `json=${report}`,
    "--lock",
    `${variant}.lock`,
  ];
  const command = [process.execPath, ORDER, variant];
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=squall-source", CLI, "explore", ...args, "--", ...command],
      { cwd: folder },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out + err }),
    );
  });
  const { findings } = JSON.parse(await readFile(report, "utf8")) as { findings: Finding[] };
  return { code, findings, out };
}
