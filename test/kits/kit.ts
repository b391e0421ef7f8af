import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { testCloud } from "../cloud.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLI = join(ROOT, "src/cli/main.ts");
const LONGEST_MS = 300_000;

/** A copy of a folder of this repository, gone after the test: what its tools write stays out of the source. */
export function copyOf(folder: string, t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), "squall-kit-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const copy = join(home, folder);
  cpSync(join(ROOT, folder), copy, { recursive: true });
  return copy;
}

/** Has a start that reads squall.yaml fail there: a kit's squall is as the tests want it, whatever folder they run in. */
export function withFaultyConfig(folder: string): void {
  writeFileSync(join(folder, "squall.yaml"), "no such option: 1\n");
}

/** What starts this Squall, for kits. */
export const squallCommand = `"${process.execPath}" --conditions=squall-source --no-warnings "${CLI}"`;

/**
 * Runs a tool of a language on its kit, with this Squall as the one that kits start and no way to a real account. Its output.
 * @throws AssertionError with the output when it fails
 */
export function tool(
  cwd: string,
  [program = "", ...args]: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env["PATH"]].join(":"),
    SQUALL_COMMAND: squallCommand,
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nobody",
    ...variables,
  };
  for (const name of ["NODE_TEST_CONTEXT", "SQUALL_URL", "SQUALL_MARK_URL", "AWS_ENDPOINT_URL"])
    if (!(name in variables)) delete env[name];
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env, timeout: LONGEST_MS, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) => {
        if (error === null) return resolve(out + err);
        reject(new assert.AssertionError({ message: `${[program, ...args].join(" ")}\n${out}${err}` }));
      },
    );
  });
}

/** A kit takes a squall that runs already; what one run has left there is not in the way of the next, and no rule is left. */
export async function takesOneThatRuns(throttledTwice: (url: string) => Promise<unknown>): Promise<void> {
  await using cloud = await testCloud();
  for (const run of [1, 2]) {
    await throttledTwice(cloud.url);
    assert.equal(cloud.calls.of("dynamodb", "PutItem").length, 3 * run);
  }
  assert.equal(new Set(cloud.calls.all().map(({ account }) => account)).size, 2);
  assert.deepEqual(cloud.faults.list(), []);
}
