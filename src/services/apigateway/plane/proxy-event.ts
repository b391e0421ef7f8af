import type { Exchange } from "./exchange.ts";
import type { Fields } from "./fields.ts";

/** The event of Lambda's proxy integration, format 1.0: its paths are as they were called, still encoded. */
export function proxyEvent(exchange: Exchange, binary: boolean): Record<string, unknown> {
  const { request, route, headers, query, variables } = exchange;
  const body = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
  return {
    resource: route.resource.path,
    path: exchange.path,
    httpMethod: request.method,
    headers: orNull(headers, "single"),
    multiValueHeaders: orNull(headers, "multi"),
    queryStringParameters: orNull(query, "single"),
    multiValueQueryStringParameters: orNull(query, "multi"),
    pathParameters: Object.keys(route.rawPathParameters).length > 0 ? route.rawPathParameters : null,
    stageVariables: Object.keys(variables).length > 0 ? variables : null,
    requestContext: eventContext(exchange),
    body: body.length === 0 ? null : body.toString(binary ? "base64" : "utf8"),
    isBase64Encoded: body.length > 0 && binary,
  };
}

const orNull = (fields: Fields, form: "single" | "multi") => (fields.isEmpty ? null : fields[form]());

/** `requestContext`: the part of `$context` that a function gets. */
function eventContext({ context }: Exchange): Record<string, unknown> {
  const { authorizer, identity } = context;
  return {
    resourceId: context["resourceId"],
    ...(authorizer && { authorizer }),
    resourcePath: context["resourcePath"],
    ...(context["operationName"] !== undefined && { operationName: context["operationName"] }),
    httpMethod: context["httpMethod"],
    extendedRequestId: context["extendedRequestId"],
    requestTime: context["requestTime"],
    path: context["path"],
    accountId: context["accountId"],
    protocol: context["protocol"],
    stage: context["stage"],
    domainPrefix: context["domainPrefix"],
    requestTimeEpoch: context["requestTimeEpoch"],
    requestId: context.requestId,
    identity,
    domainName: context["domainName"],
    deploymentId: context["deploymentId"],
    apiId: context["apiId"],
    ...(context.isCanaryRequest && { isCanaryRequest: true }),
  };
}
