import type { Context } from "../../../core/service.ts";
import { extendedRequestId, requestTime } from "../plane/request-context.ts";

/** What happened on a connection, as the operations Connect, Message and Disconnect are told. */
export interface Happening {
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly apiId: string;
  readonly stageName: string;
  readonly connectionId: string;
  readonly connectedAtMs: number;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly authorizer?: Record<string, unknown>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  /** For CONNECT. */
  readonly headers?: Readonly<Record<string, string[]>>;
  readonly query?: Readonly<Record<string, string[]>>;
  /** Signatures are checked, and it has none that holds. */
  readonly isForged?: true;
  /** For DISCONNECT. */
  readonly closeCode?: number;
  readonly closeReason?: string;
}

const last = (map: Readonly<Record<string, string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([name, values]) => [name, values.at(-1) ?? ""]));

/** `$context` of a happening: also what a function gets as `requestContext`. */
export function contextOf(ctx: Context, routeKey: string, happening: Happening): Record<string, unknown> {
  const now = ctx.clock.now();
  const { eventType, authorizer } = happening;
  return {
    routeKey,
    ...(eventType === "MESSAGE" && { messageId: extendedRequestId(ctx.random) }),
    eventType,
    extendedRequestId: extendedRequestId(ctx.random),
    requestTime: requestTime(now),
    messageDirection: "IN",
    stage: happening.stageName,
    connectedAt: happening.connectedAtMs,
    requestTimeEpoch: now,
    identity: { sourceIp: happening.sourceIp, userAgent: happening.userAgent },
    requestId: ctx.requestId,
    domainName: happening.domainName,
    connectionId: happening.connectionId,
    apiId: happening.apiId,
    ...(authorizer && { authorizer }),
    ...(eventType === "DISCONNECT" && {
      disconnectStatusCode: happening.closeCode ?? 1005,
      disconnectReason: happening.closeReason ?? "",
    }),
  };
}

/** The event of a Lambda proxy integration. */
export function proxyEvent(
  requestContext: Record<string, unknown>,
  happening: Happening,
  variables: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { headers, query, body, eventType } = happening;
  return {
    ...(headers && { headers: last(headers), multiValueHeaders: headers }),
    ...(query &&
      Object.keys(query).length > 0 && {
        queryStringParameters: last(query),
        multiValueQueryStringParameters: query,
      }),
    ...(Object.keys(variables).length > 0 && { stageVariables: variables }),
    requestContext,
    ...(eventType === "MESSAGE" && { body }),
    isBase64Encoded: happening.isBase64Encoded ?? false,
  };
}
