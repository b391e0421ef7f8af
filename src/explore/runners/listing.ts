import { execFile } from "node:child_process";
import { CannotRun, type Place } from "../program.ts";
import type { TrialSetting } from "../trial.ts";
import type { RunListing } from "./runners.ts";

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MS = 600_000;

/** Listings run where the command does; those that run the tests have a cloud, too, in which they may fail. */
export const listingIn =
  (setting: TrialSetting): RunListing =>
  async (command, needsCloud) => {
    if (!needsCloud) return await written(command, { cwd: setting.cwd, environment: {} }, false);
    const cloud = await setting.makeCloud();
    try {
      return await written(command, { cwd: setting.cwd, environment: setting.environment(cloud) }, true);
    } finally {
      await cloud.stop();
    }
  };

/** What a command writes to its standard output. @throws CannotRun when it fails, and may not */
function written([program = "", ...args]: readonly string[], { cwd, environment }: Place, mayFail: boolean) {
  return new Promise<string>((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env: { ...process.env, ...environment }, maxBuffer: MOST_BYTES, timeout: MOST_MS },
      (error, out, err) => {
        if (error === null || (mayFail && typeof error.code === "number")) return resolve(out);
        const said = (err || out).trim().split("\n").slice(-5).join("\n");
        reject(
          new CannotRun(
            `\`${[program, ...args].join(" ")}\` was to say which tests there are, and failed: ${said || error.message}`,
          ),
        );
      },
    );
  });
}
