import type { HttpExchange } from "./exchange.ts";

/** Types that Lambda gets as text; all others come in base64. */
const TEXT =
  /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded|graphql|[\w.+-]+\+(json|xml)))/i;

export const isText = (contentType: string | undefined): boolean =>
  contentType === undefined || TEXT.test(contentType);

function bodyOf({ request, headers }: HttpExchange): { body?: string; isBase64Encoded: boolean } {
  const body = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
  if (body.length === 0) return { isBase64Encoded: false };
  const text = isText(headers.get("content-type"));
  return { body: body.toString(text ? "utf8" : "base64"), isBase64Encoded: !text };
}

const filled = (name: string, map: Readonly<Record<string, unknown>>) =>
  Object.keys(map).length > 0 ? { [name]: map } : {};

/** Names in lower case, values joined with commas. */
const joined = (fields: Iterable<[string, readonly string[]]>, lower: boolean): Record<string, string> =>
  Object.fromEntries(
    [...fields].map(([name, values]) => [lower ? name.toLowerCase() : name, values.join(",")]),
  );

/** The event of payload format 2.0. */
export function event2(exchange: HttpExchange): Record<string, unknown> {
  const { request, headers, query, context, pathParameters, variables, route } = exchange;
  const cookies = headers.get("cookie")?.split(/;\s*/).filter(Boolean);
  const { cookie: _, ...plain } = joined(headers, true);
  return {
    version: "2.0",
    routeKey: route.RouteKey,
    rawPath: context["path"],
    rawQueryString: request.query,
    ...(cookies?.length && { cookies }),
    headers: plain,
    ...filled("queryStringParameters", joined(query, false)),
    requestContext: {
      accountId: context["accountId"],
      apiId: context["apiId"],
      ...(context.authorizer && { authorizer: context.authorizer }),
      domainName: context["domainName"],
      domainPrefix: context["domainPrefix"],
      http: {
        method: request.method,
        path: context["path"],
        protocol: context["protocol"],
        sourceIp: (context["identity"] as { sourceIp: string }).sourceIp,
        userAgent: headers.get("user-agent") ?? "",
      },
      requestId: context.requestId,
      routeKey: route.RouteKey,
      stage: context["stage"],
      time: context["requestTime"],
      timeEpoch: context["requestTimeEpoch"],
    },
    ...filled("pathParameters", pathParameters),
    ...filled("stageVariables", variables),
    ...bodyOf(exchange),
  };
}

/** The event of payload format 1.0: as a REST API's, where that has something to say. */
export function event1(exchange: HttpExchange): Record<string, unknown> {
  const { request, headers, query, context, pathParameters, variables, route } = exchange;
  const { body, isBase64Encoded } = bodyOf(exchange);
  const orNull = (map: Readonly<Record<string, unknown>>) => (Object.keys(map).length > 0 ? map : null);
  return {
    version: "1.0",
    resource: route.RouteKey === "$default" ? "$default" : route.RouteKey.split(" ")[1],
    path: context["path"],
    httpMethod: request.method,
    headers: joined(headers, false),
    multiValueHeaders: headers.multi(),
    queryStringParameters: orNull(query.single()),
    multiValueQueryStringParameters: orNull(query.multi()),
    requestContext: {
      accountId: context["accountId"],
      apiId: context["apiId"],
      ...(context.authorizer && { authorizer: flatAuthorizer(context.authorizer) }),
      domainName: context["domainName"],
      domainPrefix: context["domainPrefix"],
      extendedRequestId: context["extendedRequestId"],
      httpMethod: request.method,
      identity: context["identity"],
      path: context["path"],
      protocol: context["protocol"],
      requestId: context.requestId,
      requestTime: context["requestTime"],
      requestTimeEpoch: context["requestTimeEpoch"],
      resourceId: null,
      resourcePath: route.RouteKey === "$default" ? "$default" : route.RouteKey.split(" ")[1],
      stage: context["stage"],
    },
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(variables),
    body: body ?? null,
    isBase64Encoded,
  };
}

/** Format 1.0 has a token's claims, or an authorizer function's context, without a name before them. */
function flatAuthorizer(authorizer: Record<string, unknown>): unknown {
  return authorizer["jwt"] ?? authorizer["lambda"] ?? authorizer;
}
