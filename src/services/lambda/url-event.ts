import type { HttpRequest } from "../../core/http.ts";
import { named } from "../../core/named.ts";

/** What a request knows beside itself. */
export interface UrlRequestFacts {
  readonly urlId: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** The caller, when the URL wants IAM. */
  readonly iam?: {
    readonly account: string;
    readonly arn: string;
    readonly userId: string;
    readonly accessKeyId: string;
  };
}

const TEXT_TYPES = /^(text\/|application\/(json|xml|javascript|.*\+json|.*\+xml))/i;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A request as the event of payload format 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export function urlEvent(request: HttpRequest, facts: UrlRequestFacts): object {
  const { cookie, ...headers } = request.headers;
  const domainName = (request.headers["host"] ?? "").replace(/:\d+$/, "");
  const query = queryOf(request.query);
  const isText = TEXT_TYPES.test(request.headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodeURI(request.path),
    rawQueryString: request.query,
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers: { ...headers, ...(request.remoteAddress && { "x-forwarded-for": request.remoteAddress }) },
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: facts.iam?.account ?? "anonymous",
      apiId: facts.urlId,
      domainName,
      domainPrefix: facts.urlId,
      ...(facts.iam && {
        authorizer: {
          iam: {
            accessKey: facts.iam.accessKeyId,
            accountId: facts.iam.account,
            callerId: facts.iam.userId,
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: facts.iam.arn,
            userId: facts.iam.userId,
          },
        },
      }),
      http: {
        method: request.method,
        path: decodeURI(request.path),
        protocol: "HTTP/1.1",
        sourceIp: request.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: facts.requestId,
      routeKey: "$default",
      stage: "$default",
      time: timeOf(facts.nowMs),
      timeEpoch: facts.nowMs,
    },
    ...(request.body.length > 0 && { body: Buffer.from(request.body).toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Parameters that come more than once are joined with commas. */
function queryOf(query: string): Record<string, string> | undefined {
  if (query === "") return undefined;
  const parameters = named<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000` */
function timeOf(epochMs: number): string {
  const at = new Date(epochMs);
  const day = String(at.getUTCDate()).padStart(2, "0");
  return `${day}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
}
