import { defineCollection } from "../../../core/storage.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";

/** What is kept of HTTP and WebSocket APIs, per account and region. */
export type HttpApi = V2.Api & { readonly ApiId: string; readonly ProtocolType: string };

export const httpApis = defineCollection<HttpApi>({ name: "http-apis", codec: "structured" });
