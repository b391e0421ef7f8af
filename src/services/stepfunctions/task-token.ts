import { makeArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import { invalidToken } from "./errors.ts";
import type { Branch } from "./run/branch.ts";
import type { Run } from "./run/run.ts";
import type { Runner } from "./runner.ts";

/** The task that a token was given to, while it waits. @throws InvalidToken; undefined for one that does not wait (any more) */
export function taskOf(
  runner: Runner,
  token: string,
): { readonly run: Run; readonly branch: Branch } | undefined {
  let place: unknown;
  try {
    place = readJson(Buffer.from(token, "base64").toString());
  } catch {
    throw invalidToken("Invalid token");
  }
  if (!isPlace(place)) throw invalidToken("Invalid token");
  const [account, region, machine, name, path] = place;
  const run = runner.running(makeArn("states", region, account, `execution:${machine}:${name}`));
  const branch = run?.branches.get(path.join("/"));
  return run && branch?.frame.work?.token === token && branch.frame.work.outcome === undefined
    ? { run, branch }
    : undefined;
}

const isPlace = (value: unknown): value is [string, string, string, string, number[], string] =>
  Array.isArray(value) && value.length === 6 && typeof value[1] === "string" && Array.isArray(value[4]);
