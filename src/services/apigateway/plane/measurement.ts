import type { Context } from "../../../core/service.ts";
import type { Found } from "./directory.ts";

/**
 * For CloudWatch: how long the integration behind an API took. What the call itself tells (count, errors, latency) is
 * counted from the call.
 */
export function measureIntegration(
  { host, clock }: Context,
  { account, region, name, kind, apiId }: Found,
  stage: string,
  latencyMs: number | undefined,
): void {
  if (latencyMs === undefined || !host.bus.hears("cloudwatch.measurement")) return;
  const api: Record<string, string> = kind === "rest" ? { ApiName: name } : { ApiId: apiId };
  for (const dimensions of [api, { ...api, Stage: stage }])
    host.bus.publish("cloudwatch.measurement", {
      account,
      region,
      namespace: "AWS/ApiGateway",
      dimensions,
      atMs: clock.now(),
      values: { IntegrationLatency: latencyMs },
    });
}
