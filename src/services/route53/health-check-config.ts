import type * as Route53 from "../../models/generated/route53.ts";
import { invalidInput } from "./errors.ts";
import { defaultPort } from "./probe.ts";

type Config = Route53.HealthCheckConfig;

const INTERVALS = [10, 30];

/** Whether a configuration is one of its type's. The texts are inferred. @throws InvalidInput */
export function checkConfig(config: Config): void {
  for (const [isWrong, message] of complaints(config)) if (isWrong) throw invalidInput(message);
}

function* complaints(config: Config): Iterable<readonly [boolean, string]> {
  const { Type, IPAddress, FullyQualifiedDomainName, RequestInterval = 30, SearchString } = config;
  const hasEndpoint = IPAddress !== undefined || FullyQualifiedDomainName !== undefined;
  if (Type === "CALCULATED") {
    yield [
      config.ChildHealthChecks === undefined,
      "ChildHealthChecks is required for a CALCULATED health check.",
    ];
    yield [
      config.HealthThreshold === undefined,
      "HealthThreshold is required for a CALCULATED health check.",
    ];
    yield [hasEndpoint, "A CALCULATED health check cannot have an endpoint."];
    return;
  }
  if (Type === "CLOUDWATCH_METRIC") {
    yield [
      config.AlarmIdentifier === undefined,
      "AlarmIdentifier is required for a CLOUDWATCH_METRIC health check.",
    ];
    yield [hasEndpoint, "A CLOUDWATCH_METRIC health check cannot have an endpoint."];
    return;
  }
  yield [!hasEndpoint, "Either IPAddress or FullyQualifiedDomainName must be specified."];
  yield [Type === "TCP" && config.Port === undefined, "Port is required for a TCP health check."];
  yield [!INTERVALS.includes(RequestInterval), "RequestInterval must be 10 or 30."];
  const searches = Type.endsWith("STR_MATCH");
  yield [searches && !SearchString, `SearchString is required for a ${Type} health check.`];
  yield [
    !searches && SearchString !== undefined,
    `SearchString is not supported for a ${Type} health check.`,
  ];
}

/** With the defaults of its type, which are told with it from then on. */
export function completed(config: Config): Config {
  const { Type, Inverted = false, Disabled = false } = config;
  const always = { ...config, Inverted, Disabled };
  if (Type === "CALCULATED") return always;
  if (Type === "CLOUDWATCH_METRIC")
    return {
      ...always,
      InsufficientDataHealthStatus: config.InsufficientDataHealthStatus ?? "LastKnownStatus",
    };
  return {
    ...always,
    Port: config.Port ?? defaultPort(Type),
    RequestInterval: config.RequestInterval ?? 30,
    FailureThreshold: config.FailureThreshold ?? 3,
    MeasureLatency: config.MeasureLatency ?? false,
    ...(Type !== "TCP" && { EnableSNI: config.EnableSNI ?? Type.startsWith("HTTPS") }),
  };
}
