import { newTraceId, TRACE_HEADER } from "../../../aws/tracing.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { attributeOf } from "../balancer-attributes.ts";
import type { FoundListener } from "../listener.ts";
import { isSecure } from "../listener.ts";
import { type Exchange, valuesOfHeader } from "./exchange.ts";

/** Of one connection only. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const OWN: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-port",
  TRACE_HEADER,
]);

export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name.toLowerCase());

/**
 * The headers that a target gets: the client's, and what the load balancer knows.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function forwardedHeaders(
  exchange: Exchange,
  { balancer, listener }: Pick<FoundListener, "balancer" | "listener">,
  host: ServiceHost,
): [string, string][] {
  const mode = attributeOf(balancer, "routing.http.xff_header_processing.mode");
  const dropsInvalid = attributeOf(balancer, "routing.http.drop_invalid_header_fields.enabled") === "true";
  const named = new Set(
    valuesOfHeader(exchange, "connection").flatMap((value) => value.toLowerCase().split(/\s*,\s*/)),
  );
  const kept = exchange.headers.filter(([name]) => {
    const low = name.toLowerCase();
    if (isHopByHop(low) || named.has(low) || OWN.has(low)) return false;
    return !dropsInvalid || /^[\w-]+$/.test(name);
  });
  const before = valuesOfHeader(exchange, "x-forwarded-for");
  const showsPort = attributeOf(balancer, "routing.http.xff_client_port.enabled") === "true";
  const client =
    showsPort && exchange.clientPort !== undefined
      ? `${exchange.clientIp}:${exchange.clientPort}`
      : exchange.clientIp;
  const chain = mode === "append" ? [...before, client] : mode === "preserve" ? before : [];
  return [
    ...(chain.length > 0 ? [["X-Forwarded-For", chain.join(", ")] as [string, string]] : []),
    ["X-Forwarded-Proto", isSecure(listener.protocol) ? "https" : "http"],
    ["X-Forwarded-Port", String(listener.port)],
    ...kept.map(([name, value]): [string, string] => [name, value]),
    ["X-Amzn-Trace-Id", traceOf(exchange, host)],
  ];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
function traceOf(exchange: Exchange, host: ServiceHost): string {
  const [given] = valuesOfHeader(exchange, TRACE_HEADER);
  const own = newTraceId(host);
  if (given === undefined || given === "") return `Root=${own}`;
  const fields = given.split(";").filter((field) => !/^self=/i.test(field.trim()));
  const hasRoot = fields.some((field) => /^root=/i.test(field.trim()));
  return hasRoot ? `Self=${own};${fields.join(";")}` : `Root=${own};${fields.join(";")}`;
}
