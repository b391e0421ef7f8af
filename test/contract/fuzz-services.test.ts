import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { loadModel } from "../../src/models/model.ts";
import { watchedCloud } from "../watched-cloud.ts";
import { CrashLog, fuzzService } from "./service-fuzz.ts";

/*
 * Every service that Squall serves is sent inputs that are almost right, made by its model: other types, huge texts, control
 * characters, emoji, `__proto__`, deep nesting, percent signs. It answers or refuses; nothing crashes, and no handler that waits
 * leaves anything half done.
 */

/** The nightly run sends a million requests. */
const SCALE = Number(process.env["SQUALL_TEST_SCALE"] ?? 1);
const CASES = 1500 * SCALE;
const SEED = Number(process.env["SQUALL_FUZZ_SEED"] ?? 20_260_101);

const services = readdirSync(new URL("../../src/services/", import.meta.url)).filter((name) =>
  loadModel(name),
);

describe("fuzzed services", { concurrency: 1 }, () => {
  for (const service of services) {
    test(`${service} answers or refuses whatever comes`, { timeout: 120_000 * SCALE }, async (t) => {
      const log = new CrashLog();
      // Long polls pass in no time.
      await using cloud = await watchedCloud({ log: log.write, logLevel: "ERROR", clockRate: 1000 });
      const { failures, succeeded, tried } = await fuzzService(cloud, service, CASES, SEED);
      t.diagnostic(`${succeeded.size} of ${tried.length} operations succeeded`);
      const told = failures.slice(0, 5).map((failure) => JSON.stringify(failure).slice(0, 1500));
      assert.equal(failures.length, 0, [...told, ...log.lines.slice(0, 5)].join("\n"));
      assert.equal((await fetch(`${cloud.url}/_squall/health`)).status, 200);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    });
  }
});
