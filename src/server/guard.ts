import { isFromBrowser } from "../core/browser.ts";
import { DELIVERY_HEADER } from "../core/delivery.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { PagePolicy } from "../core/service.ts";
import type { Recognized } from "../gateway/recognize.ts";
import { type HostNames, Hosts, hostNameOf } from "./hosts.ts";
import { corsHeaders, isAllowedOrigin, originOf, type PageRules } from "./pages.ts";

export interface GuardRules {
  readonly hosts: HostNames;
  readonly pages: PageRules;
  /** May what Squall delivers come back to its own AWS and admin APIs? */
  readonly allowsDeliveries: boolean;
}

/** Makes an answer of a refusal, in the form of who was asked. */
export type Refuse = (request: HttpRequest, recognized: Recognized, message: string) => HttpResponse;

/**
 * Keeps web pages of other sites, and what Squall itself delivers, away from the AWS and admin APIs. It goes by what the
 * gateway recognised, never by patterns of its own. Data planes are for pages: their own CORS settings decide there.
 * SECURITY.md has the reasons.
 */
export class Guard {
  readonly #hosts: Hosts;
  readonly #rules: GuardRules;
  readonly #refuse: Refuse;
  readonly #tell: (refusal: string) => void;
  readonly #told = new Set<string>();

  /** @param tell hears of each kind of refusal once */
  constructor(rules: GuardRules, refuse: Refuse, tell: (refusal: string) => void) {
    this.#rules = rules;
    this.#hosts = new Hosts(rules.hosts);
    this.#refuse = refuse;
    this.#tell = tell;
  }

  /** A refusal, or the answer to an allowed page's preflight; undefined for a request that may go on. */
  answer(request: HttpRequest, recognized: Recognized, pages?: PagePolicy): HttpResponse | undefined {
    const preflight = pages && this.#preflight(request, recognized, pages);
    if (preflight) return preflight;
    const refusal = this.refusal(request, recognized, pages);
    if (refusal !== undefined) {
      this.#tellOnce(refusal);
      return this.#refuse(request, recognized, refusal);
    }
    const { headers, method } = request;
    if (method !== "OPTIONS" || recognized.kind === "data-plane") return undefined;
    if (headers["access-control-request-method"] === undefined) return undefined;
    return { status: 204, headers: corsHeaders(headers, this.#rules.pages) };
  }

  /** What lets an allowed page read an answer that is not a data plane's; undefined for everybody else. */
  cors(
    request: HttpRequest,
    { kind }: Recognized,
    pages?: PagePolicy,
  ): Readonly<Record<string, string>> | undefined {
    const { headers } = request;
    const { origin } = headers;
    if (origin === undefined || kind === "data-plane") return undefined;
    const decided = pages?.headersFor(request);
    if (decided) return decided;
    if (!isAllowedOrigin(origin, headers["host"] ?? "", this.#rules.pages)) return undefined;
    return corsHeaders(headers, this.#rules.pages);
  }

  /** Why a request may not go on; undefined when it may. */
  refusal(request: HttpRequest, recognized: Recognized, pages?: PagePolicy): string | undefined {
    const { headers } = request;
    const wrongHost = this.#wrongHosts(request, recognized);
    if (wrongHost !== undefined) return wrongHost;
    if (recognized.kind === "data-plane" || isForEverybody(request, recognized)) return undefined;
    if (headers[DELIVERY_HEADER] !== undefined && !this.#rules.allowsDeliveries) {
      return `What ${headers[DELIVERY_HEADER]} delivers may not call Squall's own APIs. Start Squall with --allow-deliveries-to-self if it should.`;
    }
    if (Object.keys(pages?.headersFor(request) ?? {}).length > 0) return undefined;
    return this.#wrongPage(request, recognized);
  }

  /** What the users of a service say to a page that asks whether it may. */
  #preflight(request: HttpRequest, recognized: Recognized, pages: PagePolicy): HttpResponse | undefined {
    if (request.method !== "OPTIONS" || this.#wrongHosts(request, recognized) !== undefined) return undefined;
    const { origin } = request.headers;
    return pages.preflight(request, origin !== undefined && this.#isAllowed(origin, request));
  }

  #tellOnce(refusal: string): void {
    // A page can ask under as many names as it likes.
    if (this.#told.has(refusal) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(refusal);
    this.#tell(refusal);
  }

  #wrongHosts(request: HttpRequest, recognized: Recognized): string | undefined {
    const { host = "", "x-forwarded-host": forwarded } = request.headers;
    const wrong = this.#wrongHost(host, request, recognized);
    if (wrong !== undefined || forwarded === undefined) return wrong;
    return this.#wrongHost(forwarded, request, recognized);
  }

  #wrongHost(host: string, request: HttpRequest, { isClaimed }: Recognized): string | undefined {
    const owner = this.#hosts.ownerOf(host);
    if (owner === "own" || isClaimed) return undefined;
    if (owner === "neighbour" && !isFromBrowser(request.headers)) return undefined;
    const name = hostNameOf(host);
    return `Squall does not answer under the name ${name}. If that is its name, start it with --host-name ${name} (or set LOCALSTACK_HOST=${host}); 127.0.0.1 and localhost always are.`;
  }

  #wrongPage(request: HttpRequest, { kind }: Recognized): string | undefined {
    const { headers, method } = request;
    const { origin, referer } = headers;
    const site = headers["sec-fetch-site"];
    if (origin !== undefined) return this.#isAllowed(origin, request) ? undefined : foreignPage(origin);
    const isRead = method === "GET" || method === "HEAD";
    if (site !== undefined) {
      // What somebody typed may have been led on to here by any site; it may look at the admin API's pages.
      const isFine = site === "same-origin" || (site === "none" && kind === "admin" && isRead);
      return isFine ? undefined : foreignBrowser(`Sec-Fetch-Site: ${site}`);
    }
    if (referer !== undefined) {
      const from = originOf(referer);
      if (from !== undefined && !this.#isAllowed(from, request)) return foreignPage(from);
    }
    // Browsers send Sec-Fetch-Site to addresses that they trust only (localhost, not localhost.localstack.cloud), and
    // no Origin with an image or a link. A page cannot add headers of its own to those.
    if (kind === "api" && isRead && isFromBrowser(headers) && headers["authorization"] === undefined) {
      return foreignBrowser("User-Agent: Mozilla");
    }
    return undefined;
  }

  #isAllowed(origin: string, { headers }: HttpRequest): boolean {
    return isAllowedOrigin(origin, headers["host"] ?? "", this.#rules.pages);
  }
}

const MOST_TOLD = 100;

const foreignPage = (origin: string) =>
  `A page of ${origin} may not call this cloud. Start Squall with EXTRA_CORS_ALLOWED_ORIGINS=${origin} if it should.`;

const foreignBrowser = (sign: string) =>
  `A web page may not make a browser call this cloud (${sign}). Use an AWS client, or a page whose origin is allowed by EXTRA_CORS_ALLOWED_ORIGINS.`;

/**
 * Requests that AWS means for pages and for clicks: an object of a bucket, which without an Origin a page can show, but not
 * read, and the links in SNS's messages.
 */
function isForEverybody(request: HttpRequest, { service, kind, bucket }: Recognized): boolean {
  if (kind !== "api" || (request.method !== "GET" && request.method !== "HEAD")) return false;
  if (service === "s3")
    return request.headers["origin"] === undefined && (bucket !== undefined || request.path !== "/");
  return service === "sns" && isMailedLink(request);
}

const MAILED = new Set(["ConfirmSubscription", "Unsubscribe"]);
const MAILED_PARAMETERS = new Set(["Action", "Version", "TopicArn", "Token", "SubscriptionArn"]);

/** Whoever has such a link was sent it: its token or subscription cannot be guessed. */
function isMailedLink({ query, body }: HttpRequest): boolean {
  const parameters = [...new URLSearchParams(query)];
  const [action, ...others] = parameters.flatMap(([name, value]) => (name === "Action" ? value : []));
  return (
    body.length === 0 &&
    action !== undefined &&
    others.length === 0 &&
    MAILED.has(action) &&
    parameters.every(([name]) => MAILED_PARAMETERS.has(name))
  );
}
