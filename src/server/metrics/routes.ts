import type { Catalog } from "../../aws/catalog.ts";
import type { Bus } from "../../core/bus.ts";
import { json } from "../../core/http.ts";
import { route } from "../../core/route.ts";
import type { AdminRoute } from "../../core/service.ts";
import type { FaultEngine } from "../../faults/engine.ts";
import { CallMetrics } from "./call-metrics.ts";
import { CONTENT_TYPE, exposition, type Family, type Sample } from "./exposition.ts";

/** What is seen of a cloud from outside. */
export interface Observed {
  readonly version: string;
  readonly bus: Bus;
  readonly faults: FaultEngine;
  readonly catalog: Catalog;
  /** How many calls are under way. */
  underWay(): number;
  /** Has it begun whole, with its init hooks? */
  isReady(): boolean;
}

/**
 * `GET /_squall/metrics` for Prometheus, and `GET /_squall/ready`. Calls are counted from the first time that somebody asks: who
 * never does pays nothing.
 */
export function metricsRoutes(observed: Observed): AdminRoute[] {
  let calls: CallMetrics | undefined;
  return [
    route("GET", "/_squall/metrics", () => {
      calls ??= new CallMetrics(observed.bus);
      const body = exposition([...calls.families(), ...gauges(observed)]);
      return { status: 200, headers: { "content-type": CONTENT_TYPE }, body };
    }),
    {
      ...route("GET", "/_squall/ready", () =>
        observed.isReady() ? json(200, { status: "ready" }) : json(503, { status: "starting" }),
      ),
      isOpen: true,
    },
  ];
}

function* gauges({ version, faults, catalog, underWay }: Observed): Iterable<Family> {
  const gauge = (name: string, help: string, ...samples: Sample[]): Family => ({
    name: `squall_${name}`,
    type: "gauge",
    help,
    samples,
  });
  const { isStopped, limits } = faults;
  yield gauge("info", "The version.", { labels: { version }, value: 1 });
  yield gauge("rules", "Rules in force.", { value: faults.list().length });
  yield gauge("stopped", "1 when all faults are stopped.", { value: isStopped ? 1 : 0 });
  yield gauge("calls_under_way", "Calls that have begun and not ended.", { value: underWay() });
  if (limits)
    yield gauge("limited_faults", "Faults that count against the limits.", { value: limits.state.struck });
  yield gauge("queue_messages", "Messages in SQS queues that Squall serves.", ...queueDepths(catalog));
  yield {
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Resident memory.",
    samples: [{ value: process.memoryUsage.rss() }],
  };
}

/** Those that can be received, and those that are in flight or late. */
function queueDepths(catalog: Catalog): Sample[] {
  const samples: Sample[] = [];
  for (const entry of catalog.everything(({ service, name }) => service === "sqs" && name === "queue")) {
    const { type, place, record, arn } = entry;
    const store = catalog.storeOf(type, place);
    const contents = type.contents?.[0];
    if (store === undefined || contents === undefined) continue;
    const value = store.collection(contents.collection).count({ prefix: contents.within(record) });
    const { account, region } = place;
    samples.push({ labels: { queue: arn.split(":").at(-1) ?? arn, account, region }, value });
  }
  return samples;
}
