import type { EndedCall } from "../../core/bus.ts";
import type { ServiceHost } from "../../core/service.ts";
import { behindLast, isoSeconds } from "../../core/text.ts";
import { wireIndex } from "../../models/model.ts";
import { apiCallOf, isDataEvent } from "./api-call-record.ts";
import type { Bus } from "./bus.ts";
import { DEFAULT_BUS } from "./event-bus.ts";

/**
 * Clients' calls as events on the default bus, with the setting `api-calls`: AWS has them of CloudTrail.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class ApiCalls {
  readonly #host: ServiceHost;
  readonly #bus: Bus;
  #stop: (() => void) | undefined;

  constructor(host: ServiceHost, bus: Bus) {
    this.#host = host;
    this.#bus = bus;
  }

  start(): void {
    const which = this.#host.setting<string>("api-calls");
    if (which === "off") return;
    this.#stop = this.#host.bus.subscribe("call.ended", (call) => {
      // What services do for each other is not told: a rule whose target is called would call it for ever.
      if (call.isInternal || call.dropped !== undefined) return;
      if (which === "all" || !isDataEvent(call)) this.#tell(call);
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #tell(ended: EndedCall): void {
    const { account, region } = ended;
    const prefix = wireIndex().get(ended.service)?.endpointPrefix;
    if (prefix === undefined) return;
    // The models of some have more in front: `api.ecr`.
    const service = behindLast(".", prefix);
    const source = `aws.${service}`;
    if (!this.#host.hearsEvents(source, { account, region })) return;
    const call = ended.record();
    const event = {
      version: "0",
      id: this.#host.random.uuid(),
      "detail-type": "AWS API Call via CloudTrail",
      source,
      account,
      time: isoSeconds(call.startedAt),
      region,
      resources: [],
      detail: apiCallOf(call, service, this.#host.random.uuid()),
    };
    this.#bus.take({ account, region }, DEFAULT_BUS, event, { parentId: call.id });
  }
}
