import { parseDuration } from "../core/clock.ts";
import type { FaultLimits } from "../faults/limits.ts";
import { credentialChain } from "../gateway/credential-chain.ts";
import type { KeySource, Upstream } from "../gateway/upstream.ts";
import { isForm } from "../gateway/upstream-place.ts";
import type { CloudOptions } from "../options.ts";
import { isLoopback } from "../server/hosts.ts";
import { CliError } from "./cli-error.ts";
import { readDuration } from "./durations.ts";
import { readOptions, readUpstreams, type StartFlags } from "./start-options.ts";

/** The flags of `squall gateway`, as commander gives them. */
export interface GatewayFlags extends StartFlags {
  readonly to?: readonly string[];
  readonly own?: string;
  readonly sign?: boolean;
  readonly profile?: string;
  readonly maxFaults?: string;
  readonly maxShare?: string;
  readonly maxTtl?: string;
  readonly workers?: string;
  readonly drain?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Longer than most calls take; what asks for this gateway's end asks again after ten seconds. */
const DRAIN = "5s";

/** How long a rule may live unless more is allowed. */
const LONGEST_RULE = "1h";

/**
 * A cloud that serves only what is named, and sends all else on.
 * @throws CliError
 */
export async function gatewayOptions(
  flags: GatewayFlags,
  rest: readonly string[],
  environment: Environment,
): Promise<CloudOptions> {
  const options = readOptions(flags, rest, environment, "gateway");
  const upstreams = readUpstreams({ ...flags, upstream: (flags.to ?? []).map(named) }, "--to");
  if (upstreams["*"] === undefined)
    throw new CliError("Say where calls go: squall gateway --to http://127.0.0.1:5000, or --to aws.");
  const to = Object.entries(upstreams);
  refuseItself(options, upstreams);
  refuseOwnEndpoint(upstreams, environment);
  const signs = (url: string) => isForm(url) || flags.sign === true || flags.profile !== undefined;
  if (to.some(([, { url }]) => signs(url))) refuseStrangers(options);
  const keys = to.some(([, { url }]) => signs(url)) ? await chain(flags.profile) : undefined;
  return {
    ...options,
    isGateway: true,
    services: (flags.own ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
    upstreams: Object.fromEntries(
      to.map(([service, upstream]) => [service, sent(upstream, signs(upstream.url) ? keys : undefined)]),
    ),
    limits: readLimits(flags),
    drainMs: readDuration("--drain", flags.drain ?? DRAIN),
    // Regions are the upstream's affair.
    allowAnyRegion: true,
  };
}

/** `aws`, `http://…` for everything; `s3=http://…` for one service. */
const named = (text: string): string => (/^(?:new:)?[\w*.-]+=/.test(text) ? text : `*=${text}`);

/** What is not signed again keeps its Host, so that its signature holds; TLS goes by the name in the URL. */
function sent(upstream: Upstream, credentials: KeySource | undefined): Upstream {
  if (credentials) return { ...upstream, credentials };
  return { ...upstream, keepsHost: upstream.url.startsWith("http:") };
}

async function chain(profile: string | undefined): Promise<KeySource> {
  try {
    return await credentialChain(profile);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

function refuseItself({ port = 4566 }: CloudOptions, upstreams: Readonly<Record<string, Upstream>>): void {
  for (const { url } of Object.values(upstreams)) {
    if (isForm(url)) continue;
    const { hostname, port: theirs } = new URL(url);
    if (isLoopback(hostname) && theirs === String(port))
      throw new CliError(
        `${url} is where this gateway would listen itself. Choose another port with --port.`,
      );
  }
}

/** Who reaches a port that signs acts with the credentials of who started it. */
function refuseStrangers({ host = "127.0.0.1", verifySignatures }: CloudOptions): void {
  if (isLoopback(host) || verifySignatures) return;
  throw new CliError(
    `On ${host} others could call with this machine's credentials: give --verify-signatures and a --root-key for your clients, or listen on 127.0.0.1.`,
  );
}

/** The credential chain asks STS and SSO, and would ask the gateway itself. */
function refuseOwnEndpoint(upstreams: Readonly<Record<string, Upstream>>, environment: Environment): void {
  const variable = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"].find((name) => environment[name]);
  if (variable !== undefined && Object.values(upstreams).some(({ url }) => url === "aws"))
    throw new CliError(
      `${variable} is set: the credentials of --to aws would be fetched from there. Unset it for the gateway; it is for its clients.`,
    );
}

function readLimits({ maxFaults, maxShare, maxTtl = LONGEST_RULE }: GatewayFlags): FaultLimits {
  const longestMs = parseDuration(maxTtl);
  if (!longestMs) throw new CliError(`--max-ttl wants a duration like 10m or PT1H, not "${maxTtl}".`);
  return {
    longestMs,
    ...(maxFaults !== undefined && { most: readCount("--max-faults", maxFaults) }),
    ...(maxShare !== undefined && { share: readShare(maxShare) }),
  };
}

function readCount(flag: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new CliError(`${flag} wants a whole number, not "${text}".`);
  return Number(text);
}

/** `10%`, `10` */
function readShare(text: string): number {
  const share = Number(text.replace(/%$/, ""));
  if (!(share >= 0 && share <= 100) || text.trim() === "")
    throw new CliError(`--max-share wants a percentage from 0 to 100, not "${text}".`);
  return share;
}
