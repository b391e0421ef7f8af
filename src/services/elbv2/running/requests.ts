import { AwsError } from "../../../core/aws-error.ts";
import type { HttpResponse } from "../../../core/http.ts";
import { parentIdOf, scopeOf } from "../../../core/parentage.ts";
import type { Context, ServiceHost } from "../../../core/service.ts";
import { balancerArn } from "../arns.ts";
import type { FoundListener } from "../listener.ts";
import { type Exchange, hostOf, ownPage } from "./exchange.ts";
import type { HttpProxy } from "./http-proxy.ts";
import type { Tunnel } from "./http-target.ts";
import { measureRequest } from "./metrics.ts";

/** What a request is called in rules and records, and the data plane whose call it is. */
export const REQUEST = "Request";
const PLANE = "alb";

/** A listener of an account and Region. */
export interface ListenerAt extends FoundListener {
  readonly account: string;
  readonly region: string;
}

/** What rules see of a request. */
export const requestInput = (
  { method, path, ...exchange }: Pick<Exchange, "method" | "path" | "headers">,
  { arn, balancer, account, region }: ListenerAt,
): Record<string, unknown> => ({
  LoadBalancerArn: balancerArn({ account, region }, balancer),
  ListenerArn: arn,
  Method: method,
  Path: path,
  Host: hostOf(exchange as Exchange),
});

interface UnderWay {
  readonly exchange: Exchange;
  readonly at: ListenerAt;
  response?: HttpResponse;
}

/** Requests that come by listeners' own ports. Each is a call, so that rules strike it and it is recorded, as those by the gateway's port are. */
export class Requests {
  readonly #host: ServiceHost;
  readonly #proxy: HttpProxy;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(host: ServiceHost, proxy: HttpProxy) {
    this.#host = host;
    this.#proxy = proxy;
  }

  tunnelOf(response: HttpResponse): Tunnel | undefined {
    return this.#proxy.tunnelOf(response);
  }

  /** @returns undefined where the connection is to be dropped */
  async answer(exchange: Exchange, at: ListenerAt): Promise<HttpResponse | undefined> {
    const id = this.#host.random.uuid();
    const one: UnderWay = { exchange, at };
    this.#underWay.set(id, one);
    const headers = Object.fromEntries(exchange.headers.map(([name, value]) => [name.toLowerCase(), value]));
    const parentId = parentIdOf(headers);
    try {
      await this.#host.call(
        PLANE,
        REQUEST,
        { ...requestInput(exchange, at), ExchangeId: id },
        {
          account: at.account,
          region: at.region,
          origin: scopeOf(headers) ?? `alb(${at.balancer.name})`,
          ...(parentId !== undefined && { parentId }),
          signal: exchange.signal,
        },
      );
      return one.response ?? ownPage(500);
    } catch (error) {
      drop(one.response);
      if (!(error instanceof AwsError)) throw error;
      if (error.code === "ConnectionDropped") return undefined;
      measureError(this.#host, at, error);
      return errorPage(error);
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** The call that a request is. */
  readonly operations = {
    [REQUEST]: async ({ ExchangeId }: { ExchangeId?: string }, { call }: Context) => {
      const one = this.#underWay.get(ExchangeId ?? "");
      if (!one) return {};
      one.response = await this.#proxy.answer(one.exchange, { ...one.at, call });
      return { StatusCode: one.response.status };
    },
  };
}

/** What goes wrong on purpose is answered as a load balancer words it. */
export const errorPage = ({ status, headers }: AwsError): HttpResponse => ownPage(status, headers);

/** It counts as the load balancer's own. */
export function measureError(host: ServiceHost, at: ListenerAt, { status }: AwsError): void {
  measureRequest(host, at, at.balancer, { status, tookMs: 0, isOwn: true });
}

/** Nobody reads it any more: its target hears of that. */
function drop(response: HttpResponse | undefined): void {
  const { body } = response ?? {};
  if (typeof body === "object" && "destroy" in body) (body as { destroy(): void }).destroy();
}
