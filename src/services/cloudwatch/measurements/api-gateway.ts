import type { CallRecord } from "../../../core/bus.ts";
import type { MetricOfCall, MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/ApiGateway";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const apiGatewayCalls: MetricsOfCalls = {
  namespace,
  subject(record) {
    const { apiId, stageName } = record.input;
    return apiId === undefined ? undefined : `${String(apiId)} ${String(stageName)}`;
  },
  metrics(record) {
    return dimensionsOf(record).flatMap((dimensions): MetricOfCall[] => {
      const metric = (name: string, value: MetricOfCall["value"], unit = "Count") => ({
        namespace,
        name,
        dimensions,
        unit,
        value,
      });
      return [
        metric("Count", 1),
        metric("4XXError", record.status >= 400 && record.status < 500 ? 1 : 0),
        metric("5XXError", record.status >= 500 ? 1 : 0),
        metric("Latency", "latency", "Milliseconds"),
      ];
    });
  },
};

/** Each API's metrics are there for the API as a whole and for each of its stages. */
function dimensionsOf({ input }: CallRecord): Record<string, string>[] {
  const { apiId, apiName, stageName } = input;
  const api = { ApiName: String(apiName ?? apiId) };
  return stageName === undefined ? [api] : [api, { ...api, Stage: String(stageName) }];
}
