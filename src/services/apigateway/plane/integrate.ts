import type { HttpResponse } from "../../../core/http.ts";
import { MOST_TIMEOUT_MS } from "../integrations.ts";
import type { Exchange } from "./exchange.ts";
import { configurationError } from "./gateway-error.ts";
import { awsProxy } from "./integrations/aws-proxy.ts";
import type { Integrate } from "./integrations/integration.ts";
import { within } from "./timeout.ts";

const BY_TYPE: Readonly<Record<string, Integrate>> = {
  AWS_PROXY: awsProxy,
};

/** Has the method's integration answer, for as long as it may take. */
export function integrate(exchange: Exchange): Promise<HttpResponse> {
  const { integration, ctx } = exchange;
  const answer = BY_TYPE[integration.type];
  if (!answer) throw configurationError(`No integration of type ${integration.type}.`);
  const timeoutMs = integration.timeoutInMillis ?? MOST_TIMEOUT_MS;
  return within(ctx.clock, timeoutMs, (signal) => answer(exchange, signal));
}
