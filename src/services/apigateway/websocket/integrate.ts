import { AwsError } from "../../../core/aws-error.ts";
import type { Context } from "../../../core/service.ts";
import type { Integration, IntegrationResponse, Route } from "../http/collections.ts";
import { functionArnOf } from "../http/plane/lambda.ts";
import { callBackend } from "../plane/backend.ts";
import { Fields } from "../plane/fields.ts";
import { badGateway, internalError } from "../plane/gateway-error.ts";
import { invokeFunction, lambdaFailure } from "../plane/lambda-function.ts";
import { within } from "../plane/timeout.ts";
import { resolveVariables } from "../plane/variables.ts";
import { Functions } from "../vtl/functions.ts";
import { Input } from "../vtl/input.ts";
import { render } from "../vtl/template.ts";
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
  const answer = parse(text) as { statusCode?: number; body?: unknown } | undefined;
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
  const text = await invoke(arrival, requestBody(arrival), signal);
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
    integration.IntegrationType === "HTTP_PROXY" ? (happening.body ?? "") : requestBody(arrival),
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
  const [, digits] = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(requestBody(arrival)) ?? [];
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
function requestBody(arrival: Arrival): string {
  const { integration, happening } = arrival;
  const templates = integration.RequestTemplates ?? {};
  const key = integration.TemplateSelectionExpression?.replace(/^\\/, "") ?? "$default";
  const template = templates[key] ?? templates["$default"] ?? Object.values(templates)[0];
  return template === undefined ? (happening.body ?? "") : rendered(template, happening.body ?? "", arrival);
}

/** The body for the client, through the integration response whose key fits the status. */
function mapped(arrival: Arrival, status: number, text: string): Reaction {
  const key = `/${status}/`;
  const response =
    arrival.responses.find(
      ({ IntegrationResponseKey: each }) =>
        each === key || new RegExp(`^${each.replace(/^\/|\/$/g, "")}$`).test(String(status)),
    ) ?? arrival.responses.find(({ IntegrationResponseKey: each }) => each === "$default");
  const template = Object.values(response?.ResponseTemplates ?? {})[0];
  return { status, body: template === undefined ? text : rendered(template, text, arrival) };
}

function rendered(template: string, body: string, { context, variables }: Arrival): string {
  const none = { path: {}, querystring: {}, header: {} };
  return render(template, {
    input: new Input(body, () => none),
    util: new Functions(),
    context,
    stageVariables: { ...variables },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
