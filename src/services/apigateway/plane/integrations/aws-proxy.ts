import type { HttpResponse } from "../../../../core/http.ts";
import { named } from "../../../../core/named.ts";
import { readJson } from "../../../../core/read-json.ts";
import { acceptsBinary, isBinary } from "../binary.ts";
import { arnOf, type Exchange } from "../exchange.ts";
import { badGateway, configurationError } from "../gateway-error.ts";
import { remapped } from "../kept-headers.ts";
import { functionOf, invokeFunction, lambdaFailure } from "../lambda-function.ts";
import { checkPermission, noticePermission } from "../permission.ts";
import { proxyEvent } from "../proxy-event.ts";
import { resolveVariables } from "../variables.ts";
import type { Integrate } from "./integration.ts";

/**
 * Lambda proxy: the request as an event, the function's answer as the response.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const awsProxy: Integrate = async (exchange, signal) => {
  const { ctx, integration, log, request } = exchange;
  const uri = resolveVariables(integration.uri ?? "", exchange.variables);
  if (integration.httpMethod !== "POST" && ctx.host.strict) {
    throw configurationError("Lambda functions are invoked with POST; the integration's method is another.");
  }
  const functionArn = functionOf(uri);
  const event = JSON.stringify(
    proxyEvent(exchange, isBinary(exchange.headers.get("content-type"), exchange.api)),
  );
  log.info(
    () =>
      `Endpoint request URI: https://lambda.${ctx.region}.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`,
  );
  log.info(() => `Endpoint request body after transformations: ${event}`);
  const credentials = credentialsOf(exchange);
  if (!credentials) await checkPermission(ctx, functionArn, arnOf(exchange));
  const startedAt = ctx.clock.now();
  let answer: Awaited<ReturnType<typeof invokeFunction>>;
  try {
    answer = await invokeFunction(ctx, functionArn, event, {
      credentials,
      signal,
      sourceArn: arnOf(exchange),
      traceHeader: String(exchange.context["xrayTraceId"]),
    });
  } catch (error) {
    throw lambdaFailure(error);
  }
  if (!credentials) noticePermission(ctx, exchange.api, functionArn, arnOf(exchange));
  exchange.context.integrationLatency = ctx.clock.now() - startedAt;
  exchange.context.integrationStatus = answer.statusCode;
  const text = Buffer.from(answer.payload).toString();
  log.info(
    () =>
      `Received response. Status: ${answer.statusCode}, Integration latency: ${exchange.context.integrationLatency} ms`,
  );
  log.info(() => `Endpoint response body before transformations: ${text}`);
  if (answer.functionError) {
    exchange.context.integrationErrorMessage = `The Lambda function returned the following error: ${text}`;
    throw badGateway(
      `Lambda execution failed with status 200 due to customer function error: ${errorMessage(text)}. Lambda request id: ${ctx.requestId}`,
    );
  }
  return proxyResponse(text, acceptsBinary(request.headers["accept"], exchange.api));
};

/** `arn:aws:iam::*:user/*` means the caller's own credentials. */
export function credentialsOf(exchange: Exchange): string | undefined {
  const { credentials } = exchange.integration;
  if (!credentials) return undefined;
  if (credentials === "arn:aws:iam::*:user/*") return exchange.ctx.caller.roleArn ?? exchange.ctx.caller.arn;
  return resolveVariables(credentials, exchange.variables);
}

function errorMessage(payload: string): string {
  try {
    return String((readJson(payload) as { errorMessage?: unknown }).errorMessage);
  } catch {
    return payload;
  }
}

const KNOWN = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);
const malformed = () =>
  badGateway("Execution failed due to configuration error: Malformed Lambda proxy response");

/** A function's answer as a response. @throws GatewayError 502 when it has another form */
export function proxyResponse(text: string, binary: boolean): HttpResponse {
  const answer = parse(text);
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = answer;
  const status = statusCode === undefined || statusCode === null ? 200 : Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw malformed();
  if (body !== undefined && body !== null && typeof body !== "string") throw malformed();
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== "boolean")
    throw malformed();
  const out = named<string | string[]>();
  for (const [name, values] of fieldsOf(multiValueHeaders)) {
    if (!Array.isArray(values)) throw malformed();
    out[remapped(name)] = values.map(String);
  }
  // A header in both maps has all the values, those of the list first.
  for (const [name, value] of fieldsOf(headers)) {
    if (value === null) continue;
    if (typeof value === "object") throw malformed();
    const single = String(value);
    const several = out[remapped(name)];
    if (several === undefined) out[remapped(name)] = single;
    else if (![several].flat().includes(single)) out[remapped(name)] = [several, single].flat();
  }
  out["content-type"] ??= "application/json";
  const bytes =
    isBase64Encoded === true && binary && typeof body === "string" ? Buffer.from(body, "base64") : undefined;
  return { status, headers: out, body: bytes ?? (body as string | undefined) ?? "" };
}

function parse(text: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = readJson(text);
  } catch {
    throw malformed();
  }
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) throw malformed();
  const names = Object.keys(answer);
  if (names.length === 0 || names.some((name) => !KNOWN.has(name))) throw malformed();
  return answer as Record<string, unknown>;
}

function fieldsOf(headers: unknown): [string, unknown][] {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object" || Array.isArray(headers)) throw malformed();
  return Object.entries(headers);
}
