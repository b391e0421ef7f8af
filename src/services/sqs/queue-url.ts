import { invalidAddress } from "./errors.ts";

/** Where a queue is. */
export interface QueuePlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The forms of queue URLs, as LocalStack's SQS_ENDPOINT_STRATEGY names them. */
export const STRATEGIES = ["standard", "domain", "path", "off", "dynamic"] as const;
export type EndpointStrategy = (typeof STRATEGIES)[number];

const REGION = "[a-z]{2}(?:-[a-z]+)+-\\d";
const STANDARD_HOST = new RegExp(`^sqs\\.(${REGION})\\.`, "i");
const DOMAIN_HOST = new RegExp(`^(?:(${REGION})\\.)?queue\\.`, "i");
const QUEUE_PATH = new RegExp(`^/queue/(${REGION})/(\\d{12})/([^/?#]+)/?$`);
const PLAIN_PATH = /^\/(\d{12})\/([^/?#]+)\/?$/;
const NAME_ONLY = /^[\w-]{1,80}(\.fifo)?$/;

/**
 * The URL of a queue.
 * @param host name and port under which clients reach Squall
 * @param requestHost the `Host` of the request, for the strategy `dynamic`
 */
export function makeQueueUrl(
  place: QueuePlace,
  strategy: EndpointStrategy,
  host: string,
  requestHost?: string,
): string {
  const { account, region, name } = place;
  switch (strategy) {
    case "standard":
      return `${scheme(host)}://sqs.${region}.${host}/${account}/${name}`;
    case "domain":
      return `${scheme(host)}://${region === "us-east-1" ? "" : `${region}.`}queue.${host}/${account}/${name}`;
    case "path":
      return `http://${host}/queue/${region}/${account}/${name}`;
    case "off":
      return `http://${host}/${account}/${name}`;
    case "dynamic":
      return makeQueueUrl(place, dynamicStrategy(requestHost ?? host), requestHostOf(requestHost) ?? host);
  }
}

/** A client that asked for AWS's own name (by a proxy, by DNS) came by HTTPS; by HTTP it would ask the real one next. */
const scheme = (host: string): string => (/^amazonaws\.com(?:\.cn)?$/i.test(host) ? "https" : "http");

/** The form that fits the host that the client used. Terraform's provider and others read `/<account>/<name>` out of a URL, and no other path. */
function dynamicStrategy(requestHost: string): EndpointStrategy {
  if (STANDARD_HOST.test(requestHost)) return "standard";
  if (DOMAIN_HOST.test(requestHost)) return "domain";
  return "off";
}

const requestHostOf = (host: string | undefined) => host?.replace(STANDARD_HOST, "").replace(DOMAIN_HOST, "");

/**
 * Where the queue of a URL is, whatever form it has. A URL that does not say its region means the caller's. A bare queue name
 * is taken for the caller's own queue, unless `strict`.
 * @throws AwsError `InvalidAddress`
 */
export function parseQueueUrl(
  queueUrl: string,
  caller: { account: string; region: string },
  strict = false,
): QueuePlace {
  const place = strict && !queueUrl.includes("/") ? undefined : placeOfUrl(queueUrl, caller);
  if (!place) throw invalidAddress(queueUrl);
  return place;
}

/** As parseQueueUrl; undefined for what is no queue's URL or name. */
export function placeOfUrl(
  queueUrl: string,
  caller: { account: string; region: string },
): QueuePlace | undefined {
  if (!queueUrl.includes("/")) return NAME_ONLY.test(queueUrl) ? { ...caller, name: queueUrl } : undefined;
  const [, host = "", path = queueUrl] = /^https?:\/\/([^/]+)(\/.*)$/i.exec(queueUrl) ?? [];
  const byPath = QUEUE_PATH.exec(path);
  if (byPath) {
    const [, region = "", account = "", name = ""] = byPath;
    return { region, account, name };
  }
  const plain = PLAIN_PATH.exec(path);
  if (!plain) return undefined;
  const [, account = "", name = ""] = plain;
  const standard = STANDARD_HOST.exec(host)?.[1];
  if (standard) return { account, name, region: standard };
  const domain = DOMAIN_HOST.exec(host);
  if (domain) return { account, name, region: domain[1] ?? "us-east-1" };
  return { account, name, region: caller.region };
}
