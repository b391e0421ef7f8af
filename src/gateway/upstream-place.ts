import { AwsError } from "../core/aws-error.ts";
import { BoundedMap } from "../core/bounded-map.ts";
import type { Call } from "../core/call.ts";
import type { HttpRequest } from "../core/http.ts";
import { awsPlace, isAwsHost, labelsBefore } from "./aws-endpoint.ts";
import { hostNamed } from "./host-name.ts";
import type { Target, Upstream } from "./upstream.ts";

/** Where a request goes, under which name, and for which region it is signed. */
export interface UpstreamPlace {
  readonly base: URL;
  /** The `Host` header. */
  readonly host: string;
  readonly region: string;
}

/** `aws`, or a URL whose host has `{service}` or `{region}` in it: each service has a host of its own there. */
export const isForm = (url: string): boolean => url === "aws" || /\{(?:service|region)\}/.test(url);

/**
 * Where an upstream answers for a service. A host that is AWS's own already (a proxy's client has asked for it) stays as it is.
 * @throws AwsError `AccessDeniedException` for a place of real AWS that was not allowed
 */
export function placeOf(
  upstream: Upstream,
  target: Target,
  call: Pick<Call, "service" | "operation" | "input">,
  request: Pick<HttpRequest, "headers">,
): UpstreamPlace {
  const given = request.headers["host"] ?? "";
  const { region } = target;
  const place =
    upstream.url === "aws" && isAwsHost(given)
      ? { base: new URL(`https://${ofHost(given, "host")}`), host: given, region }
      : placeByForm(upstream, target, call, given);
  if (isAwsHost(place.base.hostname) && !upstream.allowsRealAws) throw notAllowed(place.base.host);
  return place;
}

function placeByForm(
  { url, keepsHost }: Upstream,
  { endpointPrefix, region }: Target,
  call: Pick<Call, "service" | "operation" | "input">,
  given: string,
): UpstreamPlace {
  if (!isForm(url)) {
    const base = parsed(url);
    return { base, host: keepsHost && given !== "" ? given : base.host, region };
  }
  const { bucket, bareBucket } = hostNamed(given);
  const named = call.service === "s3" ? (bucket ?? bareBucket) : undefined;
  const labels = ofHost(labelsBefore(endpointPrefix, call, given, named), "host");
  const place = awsPlace(endpointPrefix, ofHost(region, "region"));
  const whole =
    url === "aws"
      ? `https://${labels}${place.host}`
      : url.replace("{service}", labels + endpointPrefix).replace("{region}", region);
  const base = new URL(whole);
  return { base, host: base.host, region: place.region };
}

/**
 * A part of a host that a client has named, in its `Host`, its signature's scope or its input. What else a URL may have, a user, a path,
 * a query, would lead elsewhere, with this machine's credentials.
 * @throws AwsError for a text that is no part of a host
 */
function ofHost(text: string, part: "host" | "region"): string {
  if (part === "region" ? REGION.test(text) : HOST.test(text)) return text;
  const message =
    part === "region"
      ? `Credential should be scoped to a valid Region, not '${text}'.`
      : `The host '${text}' is not valid.`;
  throw new AwsError("IncompleteSignatureException", message, { status: 400 });
}

const REGION = /^[a-z0-9-]+$/i;
const HOST = /^[\w.-]*(?::\d{1,5})?$/;

/** By text: an upstream is asked again and again. */
const urls = new BoundedMap<URL>(100);

function parsed(text: string): URL {
  const known = urls.get(text);
  if (known !== undefined) return known;
  const url = new URL(text);
  urls.set(text, url);
  return url;
}

function notAllowed(host: string): AwsError {
  const message = `${host} is real AWS. Start Squall with --allow-real-aws if calls may go there.`;
  return new AwsError("AccessDeniedException", message, { status: 403 });
}
