import type { CallRecord } from "../../../core/bus.ts";
import type { MetricOfCall, MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/ApiGateway";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const apiGatewayCalls: MetricsOfCalls = {
  namespace,
  subject(record) {
    const { apiId, apiName, stageName } = record.input;
    return apiId === undefined
      ? undefined
      : `${String(apiId)} ${String(apiName)} ${stageOf(stageName, record)}`;
  },
  metrics(record) {
    // HTTP APIs call their errors otherwise than REST APIs do.
    const isRest = record.input["apiKind"] === "rest";
    return dimensionsOf(record, isRest).flatMap((dimensions): MetricOfCall[] => {
      const metric = (name: string, value: MetricOfCall["value"], unit = "Count") => ({
        namespace,
        name,
        dimensions,
        unit,
        value,
      });
      return [
        metric("Count", 1),
        metric(isRest ? "4XXError" : "4xx", record.status >= 400 && record.status < 500 ? 1 : 0),
        metric(isRest ? "5XXError" : "5xx", record.status >= 500 ? 1 : 0),
        metric("Latency", "latency", "Milliseconds"),
      ];
    });
  },
};

/** Each API's metrics are there for the API as a whole and for each of its stages. */
function dimensionsOf(record: CallRecord, isRest: boolean): Record<string, string>[] {
  const { apiId, apiName, stageName } = record.input;
  const api: Record<string, string> = isRest
    ? { ApiName: String(apiName ?? apiId) }
    : { ApiId: String(apiId) };
  const stage = stageOf(stageName, record);
  return stage === undefined ? [api] : [api, { ...api, Stage: stage }];
}

/** The stage. Where the address of a REST API does not name it, the path begins with it. */
function stageOf(stageName: unknown, { input }: Pick<CallRecord, "input">): string | undefined {
  if (stageName !== undefined) return String(stageName);
  if (input["apiKind"] !== "rest") return undefined;
  const path = String(input["path"] ?? "");
  return path.split("/")[1] || undefined;
}
