import type * as ELB from "../../models/generated/elbv2.ts";
import { validationError } from "./errors.ts";
import { type HealthCheck, isHttp, type TargetGroupRecord } from "./target-group.ts";

type Given = Pick<
  ELB.CreateTargetGroupInput,
  | "HealthCheckProtocol"
  | "HealthCheckPort"
  | "HealthCheckEnabled"
  | "HealthCheckPath"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "UnhealthyThresholdCount"
  | "Matcher"
>;

type Of = Pick<TargetGroupRecord, "targetType" | "protocol" | "protocolVersion">;

/** What is so without being said: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
function firstCheck({ targetType, protocol }: Of, given: Given): HealthCheck {
  if (targetType === "lambda")
    return {
      isEnabled: false,
      protocol: "HTTP",
      port: "traffic-port",
      path: "/",
      intervalSeconds: 35,
      timeoutSeconds: 30,
      healthyCount: 5,
      unhealthyCount: 2,
      codes: "200",
    };
  const isApplication = isHttp(protocol);
  const checkProtocol =
    given.HealthCheckProtocol ?? (isApplication ? "HTTP" : targetType === "alb" ? "HTTP" : "TCP");
  return {
    isEnabled: true,
    protocol: checkProtocol,
    port: "traffic-port",
    ...(isHttp(checkProtocol) && { path: "/", codes: isApplication ? "200" : "200-399" }),
    intervalSeconds: 30,
    timeoutSeconds: isApplication ? 5 : isHttp(checkProtocol) ? 6 : 10,
    healthyCount: 5,
    unhealthyCount: 2,
  };
}

/** The health check of a new target group. @throws ValidationError */
export const newCheck = (group: Of, given: Given): HealthCheck =>
  changedCheck(group, firstCheck(group, given), given);

/** @throws ValidationError */
export function changedCheck(group: Of, before: HealthCheck, given: Given): HealthCheck {
  const protocol = given.HealthCheckProtocol ?? before.protocol;
  const codes = group.protocolVersion === "GRPC" ? given.Matcher?.GrpcCode : given.Matcher?.HttpCode;
  const kept = isHttp(protocol) ? { path: before.path ?? "/", codes: before.codes ?? "200-399" } : {};
  const check: HealthCheck = {
    isEnabled: given.HealthCheckEnabled ?? before.isEnabled,
    protocol,
    port: given.HealthCheckPort ?? before.port,
    ...kept,
    ...(given.HealthCheckPath !== undefined && { path: given.HealthCheckPath }),
    ...(codes !== undefined && { codes }),
    intervalSeconds: given.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: given.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyCount: given.HealthyThresholdCount ?? before.healthyCount,
    unhealthyCount: given.UnhealthyThresholdCount ?? before.unhealthyCount,
  };
  refuse(check, group, given);
  return check;
}

function refuse(check: HealthCheck, { targetType, protocol, protocolVersion }: Of, given: Given): void {
  const { intervalSeconds, timeoutSeconds, port, path, codes, healthyCount, unhealthyCount } = check;
  if (isHttp(protocol) && !isHttp(check.protocol))
    throw validationError(
      `Health check protocol '${check.protocol}' is not supported for target groups with the ${protocol} protocol`,
    );
  if (check.protocol === "UDP" || check.protocol === "TLS")
    throw validationError(`Health check protocol '${check.protocol}' must be one of 'HTTP, HTTPS, TCP'`);
  if (!isHttp(check.protocol) && (given.HealthCheckPath !== undefined || given.Matcher))
    throw validationError("A health check path or matcher cannot be specified for TCP health checks");
  if (!check.isEnabled && targetType !== "lambda")
    throw validationError(
      `Health check enabled must be true for target groups with target type '${targetType}'`,
    );
  if (port !== "traffic-port" && !isPort(port))
    throw validationError(`Health check port '${port}' must be in the range 1-65535 or 'traffic-port'`);
  if (path !== undefined && (!path.startsWith("/") || path.length > 1024))
    throw validationError(`Health check path '${path}' must begin with '/'`);
  inRange("Health check interval", intervalSeconds, 5, 300);
  inRange("Health check timeout", timeoutSeconds, 2, 120);
  inRange("Healthy threshold count", healthyCount, 2, 10);
  inRange("Unhealthy threshold count", unhealthyCount, 2, 10);
  if (timeoutSeconds > intervalSeconds || (timeoutSeconds === intervalSeconds && isHttp(protocol)))
    throw validationError(
      `Health check timeout '${timeoutSeconds}' must be smaller than ${isHttp(protocol) ? "" : "or equal to "}the interval '${intervalSeconds}'`,
    );
  if (codes !== undefined && protocolVersion !== "GRPC" && !readCodes(codes))
    throw validationError("HttpCode must be like 200 | 200-399 | 200,201 ...");
}

function inRange(what: string, value: number, least: number, most: number): void {
  if (value < least || value > most)
    throw validationError(`${what} '${value}' must be in the range ${least}-${most}`);
}

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** `200,300-399` → pairs of least and most; undefined for what is no such text. */
function readCodes(codes: string): readonly (readonly [number, number])[] | undefined {
  const ranges = codes.split(",").map((part) => /^(\d{3})(?:-(\d{3}))?$/.exec(part.trim()));
  if (ranges.some((range) => range === null)) return undefined;
  return ranges.map((range) => [Number(range?.[1]), Number(range?.[2] ?? range?.[1])] as const);
}

export const isExpected = (codes: string, status: number): boolean =>
  readCodes(codes)?.some(([least, most]) => status >= least && status <= most) === true;
