import type { IncomingMessage } from "node:http";
import type { HttpResponse } from "../../../core/http.ts";
import type { CallService, ServiceHost } from "../../../core/service.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import { forwardedTo } from "../action.ts";
import { attributeOf } from "../balancer-attributes.ts";
import { type FoundListener, isSecure } from "../listener.ts";
import { headersSetBy } from "../listener-attributes.ts";
import { rulesOf } from "../rule.ts";
import { keyOfTarget, type TargetRecord } from "../target.ts";
import { lookUpTargetGroup, type TargetGroupRecord } from "../target-group.ts";
import { attributeOfGroup } from "../target-group-attributes.ts";
import { Choice } from "./choice.ts";
import { cookiesOf, stickyCookies, stickyMark } from "./cookies.ts";
import { type Exchange, ownPage, pairsOf, SERVER, valuesOfHeader } from "./exchange.ts";
import { forwardedHeaders, isHopByHop } from "./forwarded-headers.ts";
import { answeredByFunction } from "./function-target.ts";
import type { HealthBook } from "./health-book.ts";
import { CONNECT_MS, NoAnswer, type TargetConnections, type Tunnel } from "./http-target.ts";
import { measureRequest } from "./metrics.ts";
import { fixedResponse, redirected } from "./redirect.ts";
import { fitsAll } from "./routing.ts";
import { fateOf } from "./target-faults.ts";

/** Where a listener is, and how calls of other services are made for it. */
export interface Asked extends FoundListener {
  readonly account: string;
  readonly region: string;
  readonly call: CallService;
}

/** What a request has led to, and where it was sent. */
interface Reaction {
  readonly response: HttpResponse;
  readonly group?: TargetGroupRecord;
  readonly zone?: string | undefined;
}

/** What an application load balancer does with a request: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html */
export class HttpProxy {
  readonly #host: ServiceHost;
  readonly #book: HealthBook;
  readonly #connections: TargetConnections;
  readonly #choice: Choice;
  readonly #tunnels = new WeakMap<HttpResponse, Tunnel>();

  constructor(host: ServiceHost, book: HealthBook, connections: TargetConnections) {
    this.#host = host;
    this.#book = book;
    this.#connections = connections;
    this.#choice = new Choice(host.random);
  }

  /** The connection to a target that an answer of 101 is about. */
  tunnelOf(response: HttpResponse): Tunnel | undefined {
    return this.#tunnels.get(response);
  }

  async answer(exchange: Exchange, asked: Asked): Promise<HttpResponse> {
    const begunMs = this.#host.clock.now();
    const { response, group, zone } = await this.#act(exchange, asked);
    for (const [name, value] of headersSetBy(asked.listener)) response.headers[name] = value;
    const tookMs = this.#host.clock.now() - begunMs;
    const isOwn = response.headers["server"] === SERVER;
    const { status } = response;
    measureRequest(this.#host, asked, asked.balancer, { status, group, zone, tookMs, isOwn });
    return response;
  }

  #act(exchange: Exchange, asked: Asked): Reaction | Promise<Reaction> {
    const { listener } = asked;
    const store = this.#host.store(asked.account, asked.region);
    const rule = rulesOf(listener, store).find(({ conditions }) => fitsAll(conditions, exchange));
    const action = (rule ?? listener).actions.at(-1);
    if (action?.RedirectConfig)
      return {
        response: redirected(action.RedirectConfig, exchange, {
          protocol: listener.protocol.toLowerCase(),
          port: listener.port,
        }),
      };
    if (action?.FixedResponseConfig) return { response: fixedResponse(action.FixedResponseConfig) };
    return action ? this.#forward(exchange, action, asked) : { response: ownPage(503) };
  }

  async #forward(exchange: Exchange, action: ELB.Action, asked: Asked): Promise<Reaction> {
    const { balancer, listener, account, region } = asked;
    const at = { account, region, store: this.#host.store(account, region) };
    const tuples = forwardedTo([action]);
    const arn = this.#groupFor(exchange, tuples, action);
    const group = lookUpTargetGroup(arn, at);
    if (!group) return { response: ownPage(503) };
    const there = this.#book.inService(asked, group, balancer);
    const target = this.#targetFor(exchange, arn, group, there);
    if (!target) return { response: ownPage(503), group };
    const headers = forwardedHeaders(exchange, asked, this.#host);
    const end = this.#choice.begin(arn, target);
    const response =
      group.targetType === "lambda"
        ? await answeredByFunction(
            exchange,
            headers,
            { group: arn, target },
            attributeOfGroup(group, "lambda.multi_value_headers.enabled") === "true",
            asked.call,
          ).finally(end)
        : await this.#send(exchange, headers, target, group, asked, end);
    const { TargetGroupStickinessConfig: { Enabled = false, DurationSeconds = 3600 } = {} } =
      action.ForwardConfig ?? {};
    const cookies = [
      ...(Enabled
        ? stickyCookies(
            "AWSALBTG",
            stickyMark(arn),
            this.#inSeconds(DurationSeconds),
            isSecure(listener.protocol),
          )
        : []),
      ...this.#cookiesFor(response, group, target, listener.protocol),
    ];
    if (cookies.length > 0)
      response.headers["set-cookie"] = [...listOf(response.headers["set-cookie"]), ...cookies];
    return { response, group, zone: target.zone };
  }

  /** By weight, or the one that a client is to stay with. */
  #groupFor(
    exchange: Exchange,
    tuples: readonly ELB.TargetGroupTuple[],
    { ForwardConfig }: ELB.Action,
  ): string {
    const [first] = tuples;
    if (tuples.length < 2) return first?.TargetGroupArn ?? "";
    if (ForwardConfig?.TargetGroupStickinessConfig?.Enabled) {
      const marks = cookiesOf(exchange, "AWSALBTG");
      const known = tuples.find(({ TargetGroupArn = "" }) => marks.includes(stickyMark(TargetGroupArn)));
      if (known) return known.TargetGroupArn ?? "";
    }
    const sum = tuples.reduce((all, { Weight = 1 }) => all + Weight, 0);
    let left = this.#host.random.next() * sum;
    for (const { TargetGroupArn = "", Weight = 1 } of tuples) {
      left -= Weight;
      if (left < 0) return TargetGroupArn;
    }
    return first?.TargetGroupArn ?? "";
  }

  #targetFor(
    exchange: Exchange,
    arn: string,
    group: TargetGroupRecord,
    there: readonly TargetRecord[],
  ): TargetRecord | undefined {
    const [first, ...others] = there;
    if (!first) return undefined;
    if (attributeOfGroup(group, "stickiness.enabled") === "true") {
      const type = attributeOfGroup(group, "stickiness.type");
      const marks = cookiesOf(exchange, type === "app_cookie" ? "AWSALBAPP-0" : "AWSALB");
      const known = there.find((target) => marks.includes(markOf(target)));
      if (known) return known;
    }
    return this.#choice.next(arn, attributeOfGroup(group, "load_balancing.algorithm.type"), [
      first,
      ...others,
    ]);
  }

  #cookiesFor(
    response: HttpResponse,
    group: TargetGroupRecord,
    target: TargetRecord,
    protocol: string,
  ): string[] {
    if (group.targetType === "lambda" || attributeOfGroup(group, "stickiness.enabled") !== "true") return [];
    const type = attributeOfGroup(group, "stickiness.type");
    const expiresMs = this.#inSeconds(Number(attributeOfGroup(group, `stickiness.${type}.duration_seconds`)));
    if (type === "lb_cookie") return stickyCookies("AWSALB", markOf(target), expiresMs, isSecure(protocol));
    // Only where the application says that a client is one to remember.
    const name = attributeOfGroup(group, "stickiness.app_cookie.cookie_name");
    const says = listOf(response.headers["set-cookie"]).some((cookie) => cookie.startsWith(`${name}=`));
    return says ? stickyCookies("AWSALBAPP-0", markOf(target), expiresMs, isSecure(protocol)) : [];
  }

  async #send(
    exchange: Exchange,
    headers: readonly (readonly [string, string])[],
    target: TargetRecord,
    group: TargetGroupRecord,
    asked: Asked,
    end: () => void,
  ): Promise<HttpResponse> {
    const { balancer } = asked;
    const fate = fateOf(this.#host, asked, { balancer, group, target }, "Send");
    if (fate !== undefined) {
      if (fate === "unreachable") await this.#host.clock.sleep(CONNECT_MS, exchange.signal).catch(() => {});
      end();
      return ownPage(fate === "unreachable" ? 504 : 502);
    }
    const { body, method, path, query } = exchange;
    const isCounted = valuesOfHeader(exchange, "content-length").length > 0;
    const length = body instanceof Uint8Array && body.length > 0 && !isCounted;
    try {
      const response = await this.#connections.send({
        protocol: group.protocol ?? "HTTP",
        address: target.address,
        port: target.port,
        method,
        target: query === "" ? path : `${path}?${query}`,
        headers: length ? [...headers, ["Content-Length", String(body.length)]] : headers,
        body,
        idleMs: Number(attributeOf(balancer, "idle_timeout.timeout_seconds")) * 1000,
        upgrade: exchange.upgrade,
        signal: exchange.signal,
      });
      const tunnel = this.#connections.tunnelOf(response);
      if (tunnel) {
        tunnel.socket.once("close", end);
        const answer = { status: 101, headers: headersOf(response) };
        this.#tunnels.set(answer, tunnel);
        return answer;
      }
      response.once("close", end);
      return { status: response.statusCode ?? 502, headers: headersOf(response), body: response };
    } catch (error) {
      end();
      if (!(error instanceof NoAnswer)) throw error;
      this.#host.log.info(`elbv2: ${target.id}:${target.port} has not answered: ${error.message}`);
      return ownPage(error.status);
    }
  }

  #inSeconds(seconds: number): number {
    return this.#host.clock.now() + seconds * 1000;
  }
}

const markOf = (target: TargetRecord): string => stickyMark(JSON.stringify(keyOfTarget(target)));

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function headersOf(response: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of pairsOf(response.rawHeaders)) {
    const low = name.toLowerCase();
    if (isHopByHop(low)) continue;
    const known = headers[low];
    headers[low] = known === undefined ? value : [...listOf(known), value];
  }
  return headers;
}
