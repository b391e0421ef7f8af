import { callUpstream, type Upstream } from "./upstream.ts";

/** How long STS may take. */
const LONGEST_MS = 15_000;

/** Whom an upstream's credentials belong to, as its STS says. @throws AwsError, or what the credential chain throws */
export async function callerOf(
  upstream: Upstream,
  region: string,
  nowMs: number,
): Promise<{ readonly account: string; readonly arn: string }> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const asked = { service: "sts", operation: "GetCallerIdentity", input: {}, signal };
  const target = { region, signingName: "sts", endpointPrefix: "sts" };
  const { Account, Arn } = await callUpstream(asked, upstream, target, nowMs);
  return { account: String(Account), arn: String(Arn) };
}
