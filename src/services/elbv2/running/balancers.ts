import type { Place } from "../../../aws/arn-template.ts";
import { onceSettled } from "../../../aws/due.ts";
import { whenOver } from "../../../aws/lifecycle.ts";
import type { DnsAnswer, DnsQuestion } from "../../../core/dns.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import { listeners } from "../listener.ts";
import {
  addressOfBalancer,
  balancerState,
  type LoadBalancerRecord,
  loadBalancers,
} from "../load-balancer.ts";
import type { TargetRecord } from "../target.ts";
import type { TargetGroupRecord } from "../target-group.ts";
import { HealthBook } from "./health-book.ts";
import { HttpProxy } from "./http-proxy.ts";
import { TargetConnections } from "./http-target.ts";
import { ListenerFronts } from "./listener-fronts.ts";
import { Requests } from "./requests.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const TTL_SECONDS = 60;

/** The load balancers that run: their listeners and the health of their targets follow from what is kept. */
export class Balancers {
  readonly proxy: HttpProxy;
  readonly requests: Requests;
  readonly #host: ServiceHost;
  readonly #connections: TargetConnections;
  readonly #book: HealthBook;
  readonly #fronts: ListenerFronts;
  readonly #stopped = new AbortController();
  /** Load balancers whose state somebody waits for to end. */
  readonly #awaited = new Set<string>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#connections = new TargetConnections(host.clock);
    this.#book = new HealthBook(host, this.#connections);
    this.proxy = new HttpProxy(host, this.#book, this.#connections);
    this.requests = new Requests(host, this.proxy);
    this.#fronts = new ListenerFronts(host, this.requests, new TcpProxy(host, this.#book));
  }

  /** What a former process has left goes on. */
  resume(): void {
    for (const place of this.#host.scopes()) this.look(place);
  }

  /** Something has changed in an account and Region: what runs there follows, once that is kept or taken back. */
  look({ account, region }: Place): void {
    const place = { account, region };
    onceSettled(this.#host.storage, () => {
      if (this.#stopped.signal.aborted) return;
      const store = this.#host.store(account, region);
      const active: LoadBalancerRecord[] = [];
      for (const balancer of store.collection(loadBalancers).values()) {
        if (balancerState(balancer, this.#host) === "active") active.push(balancer);
        else this.#wait(place, balancer);
      }
      const wanted = active.flatMap((balancer) =>
        [...store.collection(listeners).values({ prefix: [balancer.name] })].map((listener) => ({
          balancer,
          listener,
        })),
      );
      this.#fronts.look(place, wanted);
      this.#book.look(place);
    });
  }

  healthOf(place: Place, group: TargetGroupRecord, target: TargetRecord): ELB.TargetHealth {
    return this.#book.healthOf(place, group, target);
  }

  /** Does any load balancer that is up forward to a group? */
  isUsed(place: Place, group: TargetGroupRecord): boolean {
    return this.#book.usersOf(place, group).length > 0;
  }

  /**
   * Where the listeners of a load balancer are, for aliases to its name. It is healthy when each group that it forwards to has a
   * target that is: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
   */
  resolve({ name, type }: DnsQuestion): DnsAnswer | undefined {
    const [, label] = /^([^.]+)\.[^.]+\.elb\./.exec(name.toLowerCase()) ?? [];
    if (label === undefined) return undefined;
    for (const place of this.#host.scopes()) {
      const store = this.#host.store(place.account, place.region);
      const balancer = store
        .collection(loadBalancers)
        .by("byLabel")
        .first({ prefix: [label] });
      if (!balancer) continue;
      const value = addressOfBalancer(place, balancer);
      return {
        code: "NOERROR",
        records: type === "A" ? [{ name, type, ttlSeconds: TTL_SECONDS, value }] : [],
        authority: [],
        isHealthy: this.#book.isWell(place, balancer),
      };
    }
    return undefined;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#book.stop();
    this.#connections.close();
    await this.#fronts.stop();
  }

  #wait(place: Place, { id, transition }: LoadBalancerRecord): void {
    if (transition === undefined || this.#awaited.has(id)) return;
    this.#awaited.add(id);
    void whenOver(transition, this.#host, this.#stopped.signal).then((failure) => {
      this.#awaited.delete(id);
      if (failure === undefined && !this.#stopped.signal.aborted) this.look(place);
    });
  }
}
