import { AwsError } from "../../../core/aws-error.ts";
import { readIfJson } from "../../../core/read-json.ts";
import type { Context } from "../../../core/service.ts";
import { matchesWhole } from "../../../core/whole-match.ts";
import type { Integration, IntegrationResponse, Route } from "../http/collections.ts";
import { functionArnOf } from "../http/plane/lambda.ts";
import { callBackend } from "../plane/backend.ts";
import { Fields } from "../plane/fields.ts";
import { badGateway, internalError } from "../plane/gateway-error.ts";
import { invokeFunction, lambdaFailure } from "../plane/lambda-function.ts";
import { within } from "../plane/timeout.ts";
import { resolveVariables } from "../plane/variables.ts";
import { renderTemplate } from "../vtl/render.ts";
import { type Happening, proxyEvent } from "./event.ts";

/** A happening on its way to its route's integration. */
export interface Arrival {
  readonly ctx: Context;
  readonly route: Route;
  readonly integration: Integration;
  readonly responses: readonly IntegrationResponse[];
  readonly happening: Happening;
  readonly context: Record<string, unknown>;
  readonly variables: Readonly<Record<string, string>>;
}

/** What the backend made of it: a status (of `$connect`) and a body for the client (of a route with a response). */
export interface Reaction {
  readonly status: number;
  readonly body?: string;
}

const MOST_TIMEOUT_MS = 29_000;

export function integrate(arrival: Arrival): Promise<Reaction> {
  const { ctx, integration } = arrival;
  const answer = BY_TYPE[integration.IntegrationType];
  if (!answer)
    throw internalError(`There is no integration type ${integration.IntegrationType} for WebSocket APIs`);
  return within(ctx.clock, integration.TimeoutInMillis ?? MOST_TIMEOUT_MS, (signal) =>
    answer(arrival, signal),
  );
}

type Answer = (arrival: Arrival, signal: AbortSignal) => Promise<Reaction>;

const lambdaProxy: Answer = async (arrival, signal) => {
  const { context, happening, variables } = arrival;
  const text = await invoke(arrival, JSON.stringify(proxyEvent(context, happening, variables)), signal);
  if (text === "" || text === "null") return { status: 200 };
  const answer = readIfJson(text) as { statusCode?: number; body?: unknown } | undefined;
  if (typeof answer !== "object" || answer === null)
    throw badGateway(`Malformed Lambda proxy response: ${text}`);
  const { statusCode, body } = answer;
  return {
    status: statusCode === undefined ? 200 : Number(statusCode),
    ...(body !== undefined &&
      body !== null && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
};

/** A function that gets what the request template makes, and whose whole answer is the body. */
const lambda: Answer = async (arrival, signal) => {
  const text = await invoke(arrival, await requestBody(arrival), signal);
  return mapped(arrival, 200, text);
};

async function invoke(
  { ctx, integration, variables }: Arrival,
  payload: string,
  signal: AbortSignal,
): Promise<string> {
  const functionArn = functionArnOf(resolveVariables(integration.IntegrationUri ?? "", variables));
  let answer: Awaited<ReturnType<typeof invokeFunction>>;
  try {
    answer = await invokeFunction(ctx, functionArn, payload, {
      signal,
      ...(integration.CredentialsArn && { credentials: integration.CredentialsArn }),
    });
  } catch (error) {
    throw error instanceof AwsError ? lambdaFailure(error) : error;
  }
  const text = Buffer.from(answer.payload).toString();
  if (answer.functionError) throw badGateway(`The Lambda function returned the following error: ${text}`);
  return text;
}

const http: Answer = async (arrival, signal) => {
  const { integration, happening, variables, context } = arrival;
  const headers = new Fields(true);
  headers.set("Content-Type", "application/json");
  if (integration.IntegrationType === "HTTP_PROXY") headers.set("connectionId", happening.connectionId);
  for (const [to, from] of Object.entries(integration.RequestParameters ?? {})) {
    const name = /^integration\.request\.header\.(.+)$/.exec(to)?.[1];
    const value = from.startsWith("'")
      ? from.slice(1, -1)
      : from.startsWith("context.")
        ? context[from.slice(8)]
        : undefined;
    if (name && value !== undefined) headers.set(name, String(value));
  }
  const url = new URL(resolveVariables(integration.IntegrationUri ?? "", variables));
  const body = Buffer.from(
    integration.IntegrationType === "HTTP_PROXY" ? (happening.body ?? "") : await requestBody(arrival),
  );
  const answer = await callBackend({
    url,
    method: integration.IntegrationMethod ?? "POST",
    headers,
    body,
    signal,
  });
  const text = Buffer.from(answer.body).toString();
  return integration.IntegrationType === "HTTP_PROXY"
    ? { status: answer.status, body: text }
    : mapped(arrival, answer.status, text);
};

const mock: Answer = async (arrival) => {
  const [, digits] = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(await requestBody(arrival)) ?? [];
  return mapped(arrival, Number(digits ?? 200), "");
};

const BY_TYPE: Readonly<Record<string, Answer>> = {
  AWS_PROXY: lambdaProxy,
  AWS: lambda,
  HTTP: http,
  HTTP_PROXY: http,
  MOCK: mock,
};

/** The request template that the selection expression chooses (`\$default` when there is none), or the message itself. */
async function requestBody(arrival: Arrival): Promise<string> {
  const { integration, happening } = arrival;
  const templates = integration.RequestTemplates ?? {};
  const key = integration.TemplateSelectionExpression?.replace(/^\\/, "") ?? "$default";
  const template = templates[key] ?? templates["$default"] ?? Object.values(templates)[0];
  return template === undefined
    ? (happening.body ?? "")
    : await rendered(template, happening.body ?? "", arrival);
}

/** The body for the client, through the integration response whose key fits the status. */
async function mapped(arrival: Arrival, status: number, text: string): Promise<Reaction> {
  const response = await responseFor(arrival.responses, status);
  const template = Object.values(response?.ResponseTemplates ?? {})[0];
  return { status, body: template === undefined ? text : await rendered(template, text, arrival) };
}

/** A key is `/200/`, a regular expression between slashes (`/4\d\d/`), or `$default`. */
async function responseFor(
  responses: readonly IntegrationResponse[],
  status: number,
): Promise<IntegrationResponse | undefined> {
  for (const response of responses) {
    const key = response.IntegrationResponseKey;
    if (key === `/${status}/` || (await matchesWhole(key.replace(/^\/|\/$/g, ""), String(status))))
      return response;
  }
  return responses.find(({ IntegrationResponseKey: key }) => key === "$default");
}

async function rendered(template: string, body: string, { context, variables }: Arrival): Promise<string> {
  const none = { path: {}, querystring: {}, header: {} };
  const scope = { body, params: () => none, context: () => ({ ...context }), stageVariables: variables };
  return (await renderTemplate(template, scope)).text;
}
