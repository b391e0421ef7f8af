import { LocalCloud } from "./cloud.ts";
import { loadEffects } from "./faults/registry.ts";
import { readRulesFile } from "./faults/rules-file.ts";
import type { Cloud, CloudOptions } from "./options.ts";
import { loadDeclarations } from "./service-folders.ts";

export { AwsError } from "./core/aws-error.ts";
export type { CallRecord } from "./core/bus.ts";
export type { FaultDecision, FaultMatch, FaultRule } from "./core/fault.ts";
export type { LogLevel, LogLine } from "./core/log.ts";
export type { FaultRuleInput } from "./faults/rule-input.ts";
export type { Cloud, CloudOptions } from "./options.ts";
export { decodeRequest, encodeResponse } from "./protocols/protocol.ts";

/**
 * Makes a cloud and starts it: the one door to everything.
 * @throws Error when the port is taken, the data directory cannot be used, or a rule or setting is wrong
 */
export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = new LocalCloud(
    { ...options, seed: options.seed ?? (await seedOfFile(options)) },
    await loadEffects(),
    await loadDeclarations(),
  );
  try {
    await cloud.start();
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  return cloud;
}

/** A rules file may name the seed that its rules are drawn with. */
async function seedOfFile({ faultsFile, faultsFileHolds }: CloudOptions): Promise<string | undefined> {
  return faultsFile === undefined ? undefined : (await readRulesFile(faultsFile, faultsFileHolds)).seed;
}
