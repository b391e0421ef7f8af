import { AwsError } from "../../../../core/aws-error.ts";
import type { HttpResponse } from "../../../../core/http.ts";
import { readJson } from "../../../../core/read-json.ts";
import { loadModel } from "../../../../models/model.ts";
import { encodeResponse } from "../../../../protocols/protocol.ts";
import type { HttpExchange } from "./exchange.ts";
import { mappedValue } from "./expression.ts";
import { HttpApiError, internalServerError } from "./http-error.ts";
import { SUBTYPES } from "./subtypes.ts";

/** Calls an operation of an AWS service with the route's parameters, and answers as the service does. */
export async function awsService(exchange: HttpExchange, signal: AbortSignal): Promise<HttpResponse> {
  const { ctx, integration } = exchange;
  const subtype = SUBTYPES[integration.IntegrationSubtype ?? ""];
  if (!subtype)
    throw internalServerError(`There is no integration subtype ${integration.IntegrationSubtype}`);
  const { Region, ...parameters } = parametersOf(exchange);
  const missing = subtype.required.filter(
    (name) => parameters[name] === undefined || parameters[name] === "",
  );
  if (missing.length > 0) throw new HttpApiError(400, `Parameters missing: ${missing.join(", ")}`);
  const typed = convert(parameters, subtype);
  const input = subtype.input ? subtype.input(typed) : typed;
  const model = loadModel(subtype.service);
  if (!model) throw internalServerError(`Squall does not serve ${subtype.service}`);
  const request = {
    method: "POST",
    path: "/",
    query: "",
    headers: { "x-amz-target": "" },
    body: new Uint8Array(),
  };
  try {
    const output = await ctx.call(subtype.service, subtype.operation, input, {
      as: integration.CredentialsArn ?? "apigateway.amazonaws.com",
      signal,
      ...(Region && { region: Region }),
    });
    return asJson(encodeResponse(model, request, subtype.operation, { output }, ctx.requestId));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    exchange.context.integrationErrorMessage = error.message;
    return asJson(encodeResponse(model, request, subtype.operation, { error }, ctx.requestId));
  }
}

function asJson(response: HttpResponse): HttpResponse {
  return { ...response, headers: { "content-type": "application/json" } };
}

function parametersOf(exchange: HttpExchange): Record<string, string> {
  const mapped = Object.entries(exchange.integration.RequestParameters ?? {}).flatMap(([name, text]) => {
    const value = mappedValue(text, exchange);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(mapped) as Record<string, string>;
}

function convert(
  parameters: Record<string, string>,
  { json = [], numbers = [], bytes = [] }: (typeof SUBTYPES)[string],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (numbers.includes(name)) return [name, Number(value)];
      if (bytes.includes(name)) return [name, Buffer.from(value, "base64")];
      return [name, json.includes(name) ? parse(name, value) : value];
    }),
  );
}

function parse(name: string, value: string): unknown {
  try {
    return readJson(value) as unknown;
  } catch {
    throw new HttpApiError(400, `Parameter ${name} is no JSON`);
  }
}
