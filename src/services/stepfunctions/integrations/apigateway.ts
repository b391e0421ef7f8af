import { type OutboundAnswer, outbound } from "../../../core/outbound.ts";
import { readJson } from "../../../core/read-json.ts";
import { LanguageError, StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import type { Integration, TaskRequest } from "./integration.ts";

const TIMEOUT_MS = 60_000;

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html */
export const apigateway: Integration = {
  kind: "service",
  actions: { invoke: ["", ".waitForTaskToken"] },
  async request(request) {
    const parameters = (isObject(request.parameters) ? request.parameters : {}) as JsonObject;
    const headers = headersOf(parameters, request.parameters);
    const body = bodyOf(parameters["RequestBody"]);
    if (body !== "" && !Object.keys(headers).some((name) => name.toLowerCase() === "content-type"))
      headers["content-type"] = "application/json";
    const { url, host } = addressOf(parameters, request);
    let answer: OutboundAnswer;
    try {
      answer = await outbound(url, {
        by: "states",
        method: String(parameters["Method"] ?? "GET"),
        headers: { ...headers, ...(host !== undefined && { host }) },
        body,
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      throw new StateFailure(
        "ApiGateway.SdkClientException",
        `Unable to execute HTTP request: ${(error as Error).message}`,
        "task",
      );
    }
    if (answer.status >= 400) throw new StateFailure(`ApiGateway.${answer.status}`, answer.text, "task");
    return shownAnswer(answer);
  },
};

/** A response as a task's result: headers are lists, a body of JSON is JSON. */
export function shownAnswer({ status, statusText, headers, text }: OutboundAnswer): JsonObject {
  return {
    Headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()),
        Array.isArray(value) ? value : [value ?? ""],
      ]),
    ),
    ResponseBody: parsed(text),
    StatusCode: status,
    StatusText: statusText,
  };
}

function parsed(text: string): Json {
  try {
    const value = readJson(text) as Json;
    // A JSON text stays as it was written.
    return typeof value === "string" ? text : value;
  } catch {
    return text;
  }
}

/** A RequestBody is JSON, or a text that is sent as it is. */
export const bodyOf = (body: Json | undefined): string =>
  body === undefined || body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);

function headersOf(parameters: JsonObject, whole: Json): Record<string, string> {
  const given = parameters["Headers"];
  const headers: Record<string, string> = {};
  if (given === undefined || given === null) return headers;
  if (!isObject(given)) throw badHeaders(whole);
  for (const [name, value] of Object.entries(given)) {
    if (!Array.isArray(value)) throw badHeaders(whole);
    headers[name] = (value as readonly Json[]).join(",");
  }
  return headers;
}

const badHeaders = (parameters: Json) =>
  new LanguageError(
    `The Parameters '${JSON.stringify(parameters)}' could not be used to start the Task: [The value of the field 'Headers' has an invalid format]`,
  );

/** APIs of this Squall are reached at its own address, under the name that they have at AWS. */
function addressOf(
  parameters: JsonObject,
  { run }: TaskRequest,
): { readonly url: URL; readonly host?: string } {
  const endpoint = String(parameters["ApiEndpoint"] ?? "");
  const stage = parameters["Stage"] === undefined ? "" : `/${parameters["Stage"]}`;
  const path = parameters["Path"] === undefined ? "" : `/${String(parameters["Path"]).replace(/^\//, "")}`;
  const query = queryOf(parameters["QueryParameters"]);
  const isOurs = /^[a-z0-9-]+\.execute-api\.[^/]+$/.test(endpoint);
  const base = isOurs
    ? run.host.endpoint.loopback()
    : /^https?:\/\//.test(endpoint)
      ? endpoint
      : `https://${endpoint}`;
  const url = new URL(`${base.replace(/\/$/, "")}${stage}${path}${query}`);
  return isOurs ? { url, host: endpoint } : { url };
}

export function queryOf(parameters: Json | undefined): string {
  if (!isObject(parameters)) return "";
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const each of Array.isArray(value) ? (value as readonly Json[]) : [value])
      query.append(name, String(each));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
