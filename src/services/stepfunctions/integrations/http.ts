import { type Carried, UNAUTHORIZED } from "../../../aws/http-connection.ts";
import { type OutboundAnswer, outbound } from "../../../core/outbound.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import { bodyOf, queryOf, shownAnswer } from "./apigateway.ts";
import { connectionHeaders } from "./http-connection.ts";
import type { Integration } from "./integration.ts";

const TIMEOUT_MS = 60_000;

/** Third parties' endpoints: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html */
export const http: Integration = {
  kind: "service",
  actions: { invoke: [""] },
  async request(request) {
    const parameters = (isObject(request.parameters) ? request.parameters : {}) as JsonObject;
    const carried = await connectionHeaders(parameters, request, false);
    let answer = await answerTo(parameters, carried);
    // With another token it may be let in.
    if (carried.isToken && UNAUTHORIZED.has(answer.status))
      answer = await answerTo(parameters, await connectionHeaders(parameters, request, true));
    if (answer.status >= 400)
      throw new StateFailure(
        `States.Http.StatusCode.${answer.status}`,
        JSON.stringify({ ...shownAnswer(answer), Headers: shownAnswer(answer)["Headers"] }),
        "task",
      );
    const { Headers, ResponseBody, StatusCode, StatusText } = shownAnswer(answer);
    return { Headers, ResponseBody, StatusCode, StatusText } as JsonObject;
  },
};

/** @throws StateFailure */
async function answerTo(parameters: JsonObject, carried: Carried): Promise<OutboundAnswer> {
  const url = new URL(`${parameters["ApiEndpoint"]}${queryOf(parameters["QueryParameters"])}`);
  for (const [name, value] of Object.entries(carried.query)) url.searchParams.append(name, value);
  const headers: Record<string, string> = { ...textsOf(parameters["Headers"]), ...carried.headers };
  const body = carried.withParameters(encoded(parameters, headers));
  try {
    return await outbound(url, {
      by: "states",
      method: String(parameters["Method"] ?? "GET"),
      headers: { "user-agent": "Amazon|StepFunctions|HttpInvoke", ...headers },
      body,
      timeoutMs: TIMEOUT_MS,
    });
  } catch (error) {
    throw new StateFailure("States.Http.Socket", (error as Error).message, "task");
  }
}

const textsOf = (headers: Json | undefined): Record<string, string> =>
  isObject(headers)
    ? Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : String(value),
        ]),
      )
    : {};

/** The body as Transform.RequestBodyEncoding and the content type have it. */
function encoded(parameters: JsonObject, headers: Record<string, string>): string {
  const body = parameters["RequestBody"];
  const transform = isObject(parameters["Transform"]) ? parameters["Transform"] : {};
  if (transform["RequestBodyEncoding"] === "URL_ENCODED" && isObject(body)) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(body))
      for (const each of Array.isArray(value) ? (value as readonly Json[]) : [value])
        form.append(name, String(each));
    return form.toString();
  }
  const text = bodyOf(body);
  if (text !== "" && !Object.keys(headers).some((name) => name.toLowerCase() === "content-type"))
    headers["content-type"] = "application/json";
  return text;
}
