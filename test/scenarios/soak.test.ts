import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { soak } from "../soak/soak.ts";
import { median } from "../soak/usage.ts";

/** A few cycles in the daytime; an hour by `npm run nightly`. */
const MINUTES = Number(process.env["SQUALL_SOAK_MINUTES"] ?? 0);
const CYCLES = 4;
/** A long soak says now and then how it goes. */
const SAID_EVERY_MS = 60_000;

test("Under mixed load memory and descriptors are flat, once warm", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-soak-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const from = performance.now();
  const isOver = (cycles: number) => cycles >= CYCLES && performance.now() - from >= MINUTES * 60_000;
  let said = 0;
  const { usage, writes, complaints } = await soak(
    dataDir,
    (cycles) => !isOver(cycles),
    ({ atMs, residentMegabytes, descriptors, children }, done) => {
      if (MINUTES === 0 || atMs - said < SAID_EVERY_MS) return;
      said = atMs;
      const minutes = Math.round((atMs - from) / 60_000);
      console.log(
        `${minutes} min: ${done} writes, ${residentMegabytes} MB, ${descriptors} fds, ${children} children`,
      );
    },
  );
  const warm = usage.slice(Math.floor(usage.length / 4));
  const early = warm.slice(0, Math.ceil(warm.length / 3));
  const late = warm.slice(-Math.ceil(warm.length / 3));
  const descriptors = (of: typeof usage) => median(of.map((one) => one.descriptors));
  const megabytes = (of: typeof usage) => median(of.map((one) => one.residentMegabytes));
  t.diagnostic(`${writes} writes, ${usage.length} cycles`);
  t.diagnostic(`${megabytes(early)} MB, later ${megabytes(late)} MB`);
  t.diagnostic(`${descriptors(early)} descriptors, later ${descriptors(late)}`);
  for (const complaint of complaints) t.diagnostic(complaint);
  assert.ok(
    descriptors(late) <= descriptors(early) + 10,
    `${descriptors(early)} descriptors have become ${descriptors(late)}`,
  );
  // A few cycles are no time to judge memory by: the heap has not been collected.
  if (MINUTES >= 10)
    assert.ok(
      megabytes(late) <= megabytes(early) * 1.1,
      `${megabytes(early)} MB have become ${megabytes(late)}`,
    );
});
