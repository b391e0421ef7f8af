import { AwsError } from "../../../../core/aws-error.ts";
import type { HttpResponse } from "../../../../core/http.ts";
import { named } from "../../../../core/named.ts";
import { readIfJson } from "../../../../core/read-json.ts";
import { functionOf, invokeFunction } from "../../plane/lambda-function.ts";
import { checkPermission, noticePermission } from "../../plane/permission.ts";
import { resolveVariables } from "../../plane/variables.ts";
import { event1, event2 } from "./event.ts";
import type { HttpExchange } from "./exchange.ts";
import { internalServerError } from "./http-error.ts";

/** An integration names its function by its ARN, or by the URI that REST APIs use. */
export const functionArnOf = (uri: string): string => (uri.includes(":lambda:path/") ? functionOf(uri) : uri);

/** Has a function answer. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export async function lambdaProxy(exchange: HttpExchange, signal: AbortSignal): Promise<HttpResponse> {
  const { ctx, integration, context } = exchange;
  const simple = integration.PayloadFormatVersion === "2.0";
  const event = simple ? event2(exchange) : event1(exchange);
  const functionArn = functionArnOf(resolveVariables(integration.IntegrationUri ?? "", exchange.variables));
  const sourceArn = `arn:aws:execute-api:${ctx.region}:${ctx.account}:${exchange.api.api.ApiId}/${exchange.stage.StageName}/${exchange.route.RouteKey.replace(" ", "")}`;
  if (!integration.CredentialsArn) await checkPermission(ctx, functionArn, sourceArn);
  let answer: Awaited<ReturnType<typeof invokeFunction>>;
  try {
    answer = await invokeFunction(ctx, functionArn, JSON.stringify(event), {
      signal,
      sourceArn,
      traceHeader: String(context["xrayTraceId"]),
      ...(integration.CredentialsArn && { credentials: integration.CredentialsArn }),
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw internalServerError(`Lambda could not be invoked: ${error.code}: ${error.message}`);
  }
  if (!integration.CredentialsArn) noticePermission(ctx, exchange.api, functionArn, sourceArn);
  context.integrationStatus = answer.statusCode;
  const text = Buffer.from(answer.payload).toString();
  if (answer.functionError)
    throw internalServerError(`The Lambda function returned the following error: ${text}`);
  return simple ? response2(text) : response1(text);
}

const malformed = (text: string) =>
  internalServerError(
    `The response from the Lambda function doesn't match the format that API Gateway expects: ${text}`,
  );

/** Format 2.0: an object with a status code is a response; anything else that is JSON is the body of a 200. */
function response2(text: string): HttpResponse {
  const answer = readIfJson(text);
  if (typeof answer === "object" && answer !== null && "statusCode" in answer)
    return structured(answer as Record<string, unknown>, text);
  if (text === "") return { status: 200, headers: { "content-type": "application/json" }, body: "" };
  const body = typeof answer === "string" ? answer : answer === undefined ? text : JSON.stringify(answer);
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

/** Format 1.0: only an object with a status code is a response. */
function response1(text: string): HttpResponse {
  const answer = readIfJson(text);
  if (typeof answer !== "object" || answer === null || !("statusCode" in answer)) throw malformed(text);
  return structured(answer as Record<string, unknown>, text);
}

function structured(answer: Record<string, unknown>, text: string): HttpResponse {
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = answer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw malformed(text);
  const out = named<string | string[]>();
  for (const [name, value] of Object.entries((headers ?? {}) as Record<string, unknown>))
    out[name.toLowerCase()] = String(value);
  for (const [name, values] of Object.entries((multiValueHeaders ?? {}) as Record<string, unknown>)) {
    out[name.toLowerCase()] = [values].flat().map(String);
  }
  if (Array.isArray(cookies) && cookies.length > 0) out["set-cookie"] = cookies.map(String);
  out["content-type"] ??= "text/plain; charset=utf-8";
  delete out["content-length"];
  const plain =
    body === undefined || body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: out, body: isBase64Encoded === true ? Buffer.from(plain, "base64") : plain };
}
