import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { ResourceDigest } from "../../aws/digest.ts";
import { changeBetween } from "../../explore/shown.ts";
import { FaultFreeWorld, isEffect } from "../../explore/world.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

export default function addDiff(program: Command): void {
  program
    .command("diff <a> <b>")
    .description("In what two worlds differ: running squalls (URLs), or files of GET /_squall/digest.")
    .option("--json", "as JSON")
    .action(async (a: string, b: string, flags: { json?: boolean }) => {
      const [was, is] = [await digest(a), await digest(b)];
      const differences = new FaultFreeWorld([was]).differences(is).filter(isEffect);
      if (flags.json) console.log(JSON.stringify(differences, undefined, 2));
      else if (differences.length === 0) console.log("They are the same.");
      else for (const difference of differences) console.log(changeBetween(difference, a));
      if (differences.length > 0) process.exitCode = 1;
    });
}

async function digest(place: string): Promise<ResourceDigest[]> {
  if (/^https?:\/\//.test(place))
    return (await new SquallClient(place).ask<{ resources: ResourceDigest[] }>("GET", "/_squall/digest"))
      .resources;
  try {
    const { resources } = JSON.parse(readFileSync(place, "utf8")) as { resources?: unknown };
    if (Array.isArray(resources)) return resources as ResourceDigest[];
  } catch (error) {
    throw new CliError(`${place} cannot be read as a digest: ${(error as Error).message}`);
  }
  throw new CliError(`${place} is no digest: it has no resources. GET /_squall/digest gives one.`);
}
