import { readFileSync } from "node:fs";
import type { ResourceDigest } from "../aws/digest.ts";
import { whyNot } from "../core/why-not.ts";
import { changeBetween } from "../explore/shown.ts";
import { FaultFreeWorld, isEffect } from "../explore/world.ts";
import { CliError } from "./cli-error.ts";
import { SquallClient } from "./client.ts";
import { digestOfStateFile, looksLikeState } from "./state-file.ts";

/**
 * What is kept somewhere: in a running squall (its URL), in a state file, or in a file of `GET /_squall/digest`.
 * @throws CliError
 */
export async function worldOf(place: string): Promise<ResourceDigest[]> {
  if (/^https?:\/\//.test(place)) {
    const squall = new SquallClient(place);
    return (await squall.ask<{ resources: ResourceDigest[] }>("GET", "/_squall/digest")).resources;
  }
  try {
    if (looksLikeState(place)) return await digestOfStateFile(place);
    const { resources } = JSON.parse(readFileSync(place, "utf8")) as { resources?: unknown };
    if (Array.isArray(resources)) return resources as ResourceDigest[];
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${place} cannot be read as a digest: ${whyNot(error)}`);
  }
  throw new CliError(`${place} is no digest: it has no resources. GET /_squall/digest gives one.`);
}

/** Says in what two worlds differ, and ends with 1 when they do. */
export async function compare(a: string, b: string, asJson: boolean): Promise<void> {
  const [was, is] = [await worldOf(a), await worldOf(b)];
  const differences = new FaultFreeWorld([was]).differences(is).filter(isEffect);
  if (asJson) console.log(JSON.stringify(differences, undefined, 2));
  else if (differences.length === 0) console.log("They are the same.");
  else for (const difference of differences) console.log(changeBetween(difference, a));
  if (differences.length > 0) process.exitCode = 1;
}
