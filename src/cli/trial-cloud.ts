import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { whyNot } from "../core/why-not.ts";
import { CannotRun } from "../explore/program.ts";
import type { TrialCloud } from "../explore/trial.ts";
import { type Cloud, startSquall } from "../testing.ts";

/**
 * A cloud for one run of a command.
 * @param state a file of `squall state save` that it begins with
 * @param compiled a folder for the compiled code of functions
 */
export async function makeTrialCloud({
  state,
  compiled,
}: {
  readonly state?: string | undefined;
  readonly compiled?: string;
} = {}): Promise<TrialCloud> {
  const settings = { ...(compiled !== undefined && { lambda: { "compile-cache": compiled } }) };
  const cloud = await startSquall({ logLevel: "ERROR", settings });
  if (state !== undefined) await load(cloud, state);
  return {
    url: cloud.url,
    bus: cloud.bus,
    calls: cloud.calls,
    faults: {
      add: (rule) => cloud.faults.add(rule as Parameters<Cloud["faults"]["add"]>[0]),
      counts: (id) => cloud.faults.counts(id),
    },
    digest: () => cloud.digest(),
    settle: (within) => cloud.settle(within),
    call: (service, operation, input) => cloud.call(service, operation, input),
    stop: () => cloud.stop(),
  };
}

async function load(cloud: Cloud, file: string): Promise<void> {
  try {
    await cloud.load(createReadStream(resolve(file)));
  } catch (error) {
    await cloud.stop();
    throw new CannotRun(`--state ${file} cannot be loaded: ${whyNot(error)}`);
  }
}
