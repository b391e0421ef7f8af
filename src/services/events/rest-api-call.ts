import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { DELIVERY_HEADER } from "../../core/delivery.ts";
import { outbound } from "../../core/outbound.ts";
import type { ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type { Outgoing } from "./target-call.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-gateway-target.html */
const TIMEOUT_MS = 5000;

/** A REST API as a target: `arn:aws:execute-api:us-east-1:123456789012:api/stage/POST/orders/*`. */
export async function callRestApi(host: ServiceHost, { target, body, parentId }: Outgoing): Promise<void> {
  const [api, stage, method = "POST", ...path] = sure(parseArn(target.Arn)).resource.split("/");
  const {
    PathParameterValues = [],
    HeaderParameters = {},
    QueryStringParameters = {},
  } = target.HttpParameters ?? {};
  const values = [...PathParameterValues];
  const filled = path.map((step) => (step === "*" ? encodeURIComponent(values.shift() ?? "") : step));
  const url = new URL(`${host.endpoint.loopback()}/_aws/execute-api/${api}/${stage}/${filled.join("/")}`);
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
  const answer = await outbound(url, {
    method: method === "*" ? "POST" : method,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Amazon/EventBridge/CustomEvent",
      ...HeaderParameters,
      [DELIVERY_HEADER]: "events",
      ...(parentId !== undefined && { "x-amzn-trace-id": `Squall=${parentId}` }),
    },
    body,
    timeoutMs: TIMEOUT_MS,
  }).catch((error: Error) => {
    throw new AwsError("SDK_CLIENT_ERROR", error.message, { status: 500 });
  });
  refuseStatus(answer.status, answer.text);
}

/** 429 and 5xx are tried again, other errors are final. */
export function refuseStatus(status: number, text: string): void {
  if (status < 400) return;
  const message = `HTTP status ${status}: ${text.slice(0, 500)}`;
  throw new AwsError("INVALID_RESPONSE", message, { status: status === 429 ? 429 : status });
}
