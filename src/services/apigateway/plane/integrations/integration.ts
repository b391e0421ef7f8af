import type { HttpResponse } from "../../../../core/http.ts";
import type { Exchange } from "../exchange.ts";

/** One way to answer a request; rejects with a GatewayError. */
export type Integrate = (exchange: Exchange, signal: AbortSignal) => Promise<HttpResponse>;
