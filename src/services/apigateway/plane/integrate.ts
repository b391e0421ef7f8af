import type { HttpResponse } from "../../../core/http.ts";
import { MOST_TIMEOUT_MS } from "../integrations.ts";
import type { Exchange } from "./exchange.ts";
import { configurationError } from "./gateway-error.ts";
import { aws } from "./integrations/aws.ts";
import { awsProxy } from "./integrations/aws-proxy.ts";
import { http, httpProxy } from "./integrations/http.ts";
import type { Integrate } from "./integrations/integration.ts";
import { mock } from "./integrations/mock.ts";
import { within } from "./timeout.ts";

const BY_TYPE: Readonly<Record<string, Integrate>> = {
  AWS: aws,
  AWS_PROXY: awsProxy,
  HTTP: http,
  HTTP_PROXY: httpProxy,
  MOCK: mock,
};

/** Has the method's integration answer, for as long as it may take. */
export function integrate(exchange: Exchange): Promise<HttpResponse> {
  const { integration, ctx } = exchange;
  const answer = BY_TYPE[integration.type];
  if (!answer) throw configurationError(`No integration of type ${integration.type}.`);
  const timeoutMs = integration.timeoutInMillis ?? MOST_TIMEOUT_MS;
  return within(ctx.clock, timeoutMs, (signal) => answer(exchange, signal));
}
