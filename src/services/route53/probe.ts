import { connect, isIP } from "node:net";
import { STATUS_CODES } from "../../core/node-http.ts";
import { outbound } from "../../core/outbound.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { isMachineName } from "./alias-target.ts";
import type { HealthCheckRecord } from "./health-check.ts";

/** What a look has found, in AWS's words. */
export interface Found {
  readonly isHealthy: boolean;
  readonly report: string;
}

/** The address of a name that Squall itself answers for, or where it leads; null when there is none, undefined for any other name. */
export type Addresses = (name: string) => string | null | undefined;

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const CONNECT_MS = 4000;
const ANSWER_MS = 2000;
const TCP_MS = 10_000;
const SEARCHED_BYTES = 5120;
const LOOPBACK = "127.0.0.1";
const REFERENCE =
  "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-router-firewall-rules.html";
const TIMED_OUT = `Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall. See Configuring Router and Firewall Rules for Amazon Route 53 Health Checks: ${REFERENCE}`;

/** Where a check goes. */
interface Endpoint {
  readonly protocol: "http" | "https";
  /** An address, or a name that this machine's resolver knows. */
  readonly host: string;
  readonly port: number;
  /** The `Host` header. */
  readonly named: string;
  /** What is said of the address that a name has. */
  readonly resolved: string;
}

/** Asks a health check's endpoint, as AWS's checkers do. */
export async function probe(
  { id, config }: HealthCheckRecord,
  host: Pick<ServiceHost, "endpoint">,
  addresses: Addresses,
): Promise<Found> {
  let resolved = "";
  try {
    const endpoint = endpointOf(config, host, addresses);
    resolved = endpoint.resolved;
    if (config.Type === "TCP") {
      await connected(endpoint);
      return { isHealthy: true, report: `Success: Connection established.${resolved}` };
    }
    return await asked(id, config, endpoint);
  } catch (error) {
    return {
      isHealthy: false,
      report: `Failure: ${said(error as NodeJS.ErrnoException)}${resolved}`,
    };
  }
}

async function asked(id: string, config: Route53.HealthCheckConfig, endpoint: Endpoint): Promise<Found> {
  const { protocol, host, port, named, resolved } = endpoint;
  const { ResourcePath = "/", SearchString } = config;
  const path = ResourcePath.startsWith("/") ? ResourcePath : `/${ResourcePath}`;
  const url = new URL(`${protocol}://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`);
  const { status, text } = await outbound(url, {
    by: "route53",
    headers: {
      host: named,
      "user-agent": `Amazon-Route53-Health-Check-Service (ref ${id}; report http://amzn.to/1vsZADi)`,
      "accept-encoding": "identity",
    },
    timeoutMs: CONNECT_MS + ANSWER_MS,
    acceptsAnyCertificate: true,
  });
  const answered = `HTTP Status Code ${status}, ${STATUS_CODES[status] ?? "Unknown"}`;
  if (status < 200 || status >= 400) return { isHealthy: false, report: `Failure: ${answered}.${resolved}` };
  if (SearchString !== undefined && !text.slice(0, SEARCHED_BYTES).includes(SearchString))
    return { isHealthy: false, report: `Failure: ${answered}. The search string was not found.${resolved}` };
  return { isHealthy: true, report: `Success: ${answered}${resolved && `.${resolved}`}` };
}

/**
 * AWS's names are Squall's, at whatever port: nothing that a health check does reaches AWS. Names of Squall's own zones have the
 * address that its name server gives. @throws Error (ENOTFOUND) when that gives none
 */
function endpointOf(
  config: Route53.HealthCheckConfig,
  { endpoint }: Pick<ServiceHost, "endpoint">,
  addresses: Addresses,
): Endpoint {
  const { Type, IPAddress, FullyQualifiedDomainName: name = IPAddress ?? "" } = config;
  const protocol = Type.startsWith("HTTPS") ? "https" : "http";
  const port = config.Port ?? defaultPort(Type);
  const bare = name.replace(/\.$/, "");
  // At Squall's own port everything is told apart by its name, and not by its address.
  const isOwnPort = port === endpoint.port() && isMachineName(bare);
  const address = IPAddress ?? (isOwnPort ? LOOPBACK : addresses(bare));
  const isDefault = port === (protocol === "https" ? 443 : 80);
  const named = isDefault ? bare : `${bare}:${port}`;
  if (IPAddress === undefined && isMachineName(bare) && !/localhost(?:\.localstack\.cloud)?$/i.test(bare))
    return {
      protocol: "http",
      host: LOOPBACK,
      port: endpoint.port(),
      named: bare,
      resolved: at(LOOPBACK),
    };
  if (address === null) throw Object.assign(new Error(`${bare} has no address`), { code: "ENOTFOUND" });
  return {
    protocol,
    host: address ?? bare,
    port,
    named,
    resolved: IPAddress === undefined && address !== undefined && isIP(address) ? at(address) : "",
  };
}

const at = (address: string): string => ` Resolved IP: ${address}`;

export const defaultPort = (type: Route53.HealthCheckType): number => (type.startsWith("HTTPS") ? 443 : 80);

function connected({ host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(TCP_MS, () => socket.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}

/** Of a time-out AWS's text, the others are inferred. */
function said({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ETIMEDOUT" || message.startsWith("no answer within")) return TIMED_OUT;
  if (code === "ECONNREFUSED") return "Connection refused.";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "DNS resolution failed.";
  return "The connection was closed before a response was received.";
}
