/** What CloudWatch hears of streams: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */

import { partsOf } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { StreamRecord } from "./stream.ts";

/** Told only while somebody listens. */
export function measure(
  host: ServiceHost,
  { arn, account, name }: StreamRecord,
  values: Readonly<Record<string, number>>,
): void {
  if (!host.bus.hears("cloudwatch.measurement")) return;
  host.bus.publish("cloudwatch.measurement", {
    account,
    region: partsOf(arn).region,
    namespace: "AWS/Kinesis",
    dimensions: { StreamName: name },
    atMs: host.clock.now(),
    values,
  });
}
