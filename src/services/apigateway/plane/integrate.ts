import type { HttpResponse } from "../../../core/http.ts";
import { MOST_TIMEOUT_MS } from "../integrations.ts";
import { authorize } from "./authorizers/authorize.ts";
import type { Exchange } from "./exchange.ts";
import { logged } from "./execution-log.ts";
import { configurationError, GatewayError } from "./gateway-error.ts";
import { aws } from "./integrations/aws.ts";
import { awsProxy } from "./integrations/aws-proxy.ts";
import { awsProxyStream } from "./integrations/aws-proxy-stream.ts";
import { http, httpProxy } from "./integrations/http.ts";
import type { Integrate } from "./integrations/integration.ts";
import { mock } from "./integrations/mock.ts";
import { spelled } from "./kept-headers.ts";
import { settingsOf } from "./method-settings.ts";
import { cachedResponse } from "./response-cache.ts";
import { within } from "./timeout.ts";
import { throttleMethod, useApiKey } from "./usage-plan.ts";
import { validateRequest } from "./validation.ts";

const BY_TYPE: Readonly<Record<string, Integrate>> = {
  AWS: aws,
  AWS_PROXY: awsProxy,
  HTTP: http,
  HTTP_PROXY: httpProxy,
  MOCK: mock,
};

/** A method's way: may the client, may it now, is the request right, is the answer known, else ask the backend. */
export async function serveMethod(exchange: Exchange): Promise<HttpResponse> {
  const settings = settingsOf(exchange.stage, exchange.route.resource.path, exchange.route.method);
  await authorize(exchange);
  useApiKey(exchange);
  throttleMethod(exchange, settings);
  await validateRequest(exchange);
  return await cachedResponse(exchange, settings, () => integrate(exchange));
}

/** Has the method's integration answer, for as long as it may take. */
export async function integrate(exchange: Exchange): Promise<HttpResponse> {
  const { integration, ctx, log, context } = exchange;
  const streams = integration.type === "AWS_PROXY" && integration.responseTransferMode === "STREAM";
  const answer = streams ? awsProxyStream : BY_TYPE[integration.type];
  if (!answer) throw configurationError(`No integration of type ${integration.type}.`);
  const startedAt = ctx.clock.now();
  const timeoutMs = integration.timeoutInMillis ?? MOST_TIMEOUT_MS;
  try {
    const response = await within(ctx.clock, timeoutMs, (signal) => answer(exchange, signal));
    // What asks a service of AWS says its trace, as recorded; the others' answers say what their backends say.
    if (integration.type.startsWith("AWS"))
      response.headers = { "x-amzn-trace-id": String(context["xrayTraceId"]), ...response.headers };
    log.info(() => {
      const headers = Object.entries(response.headers).map(([name, value]) => [spelled(name), value]);
      return `Method response headers: ${logged(Object.fromEntries(headers) as Record<string, unknown>)}`;
    });
    log.info(() => "Successfully completed execution");
    log.info(() => `Method completed with status: ${response.status}`);
    return response;
  } catch (error) {
    context.integrationLatency ??= ctx.clock.now() - startedAt;
    if (error instanceof GatewayError) {
      context.integrationErrorMessage ??= error.message;
      context.integration = { error: error.message, status: error.status };
      log.error(() => error.message);
      log.error(() => `Method completed with status: ${error.status}`);
    }
    throw error;
  }
}
