import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { Place } from "../../../aws/arn-template.ts";
import type { Timer } from "../../../core/clock.ts";
import { resetSocket } from "../../../core/reset-socket.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { forwardedTo } from "../action.ts";
import { type ListenerRecord, listeners } from "../listener.ts";
import { type LoadBalancerRecord, loadBalancers } from "../load-balancer.ts";
import type { TargetRecord } from "../target.ts";
import { lookUpTargetGroup, type TargetGroupRecord } from "../target-group.ts";
import { Choice } from "./choice.ts";
import type { HealthBook } from "./health-book.ts";
import { CONNECT_MS } from "./http-target.ts";
import { fateOf } from "./target-faults.ts";

/** What a network load balancer does with a connection: it goes to a target, and both ways are handed on as they come. */
export class TcpProxy {
  readonly #host: ServiceHost;
  readonly #book: HealthBook;
  readonly #choice: Choice;
  /** The port at which a load balancer's listener is really reached. */
  portOf: (address: string, port: number) => number = (_, port) => port;

  constructor(host: ServiceHost, book: HealthBook) {
    this.#host = host;
    this.#book = book;
    this.#choice = new Choice(host.random);
  }

  accept(front: Socket, place: Place, [name, id]: readonly [balancer: string, listener: string]): void {
    front.on("error", () => front.destroy());
    const found = this.#targetFor(place, name, id);
    // As AWS does where nobody is there to take it.
    if (!found) {
      resetSocket(front);
      return;
    }
    const { target, group, listener } = found;
    const fate = fateOf(this.#host, place, found, "Send");
    if (fate !== undefined) {
      const timer = this.#host.clock.setTimer(fate === "unreachable" ? CONNECT_MS : 0, () =>
        resetSocket(front),
      );
      front.once("close", () => timer.cancel());
      return;
    }
    const port = group.targetType === "alb" ? this.portOf(target.address, target.port) : target.port;
    const where = { host: target.address, port, allowHalfOpen: true };
    const back =
      group.protocol === "TLS" ? connectSecurely({ ...where, rejectUnauthorized: false }) : connect(where);
    const end = this.#choice.begin(group.name, target);
    back.on("error", () => resetSocket(front));
    back.once("close", () => {
      end();
      front.destroySoon();
    });
    front.once("close", () => back.destroy());
    front.pipe(back).pipe(front);
    this.#watch([front, back], Number(listener.attributes["tcp.idle_timeout.seconds"] ?? 350) * 1000);
  }

  #targetFor(
    place: Place,
    name: string,
    id: string,
  ):
    | {
        target: TargetRecord;
        group: TargetGroupRecord;
        listener: ListenerRecord;
        balancer: LoadBalancerRecord;
      }
    | undefined {
    const store = this.#host.store(place.account, place.region);
    const balancer = store.collection(loadBalancers).get([name]);
    const listener = store.collection(listeners).get([name, id]);
    const [tuple] = forwardedTo(listener?.actions ?? []);
    const group = lookUpTargetGroup(tuple?.TargetGroupArn ?? "", { ...place, store });
    if (!balancer || !listener || !group) return undefined;
    const [first, ...others] = this.#book.inService(place, group, balancer);
    if (!first) return undefined;
    return {
      target: this.#choice.next(group.name, "round_robin", [first, ...others]),
      group,
      listener,
      balancer,
    };
  }

  /** A connection over which nothing has gone for so long is over: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html */
  #watch(sides: readonly Socket[], idleMs: number): void {
    const wait = (): Timer =>
      this.#host.clock.setTimer(idleMs, () => {
        for (const side of sides) resetSocket(side);
      });
    let timer = wait();
    for (const side of sides) {
      side.on("data", () => {
        timer.cancel();
        timer = wait();
      });
      side.once("close", () => timer.cancel());
    }
  }
}
