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
    place = JSON.parse(Buffer.from(token, "base64").toString());
  } catch {
    throw invalidToken("Invalid token");
  }
  if (!Array.isArray(place) || place.length !== 6) throw invalidToken("Invalid token");
  const [, , machine, name, path] = place as [string, string, string, string, number[]];
  const [account, region] = place as [string, string];
  const run = runner.running(
    `arn:${partition(region)}:states:${region}:${account}:execution:${machine}:${name}`,
  );
  const branch = run?.branches.get(path.join("/"));
  return run && branch?.frame.work?.token === token && branch.frame.work.outcome === undefined
    ? { run, branch }
    : undefined;
}

const partition = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
