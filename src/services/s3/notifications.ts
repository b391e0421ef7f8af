import { deliver } from "../../aws/deliver.ts";
import { isPassing, Outbox } from "../../aws/outbox.ts";
import { parseDuration } from "../../core/clock.ts";
import type { ServiceHost } from "../../core/service.ts";
import { hostId } from "../../protocols/host-id.ts";
import { NOTIFY } from "./fault-points.ts";
import {
  bridgeEvent,
  eventRecord,
  type NotificationDocument,
  type ObjectEvent,
  targetsOf,
  wants,
} from "./notification.ts";
import type { OpenBucket } from "./open-buckets.ts";

/** A notification on its way to one destination. */
interface Sent {
  readonly event: ObjectEvent;
  readonly arn: string;
  readonly body: string;
  readonly entry?: {
    readonly source: string;
    readonly detailType: string;
    readonly resources: readonly string[];
  };
  readonly parentId?: string;
  /** Absent in what an older Squall has left. */
  readonly bucketArn?: string;
  /** The rules at the point have had their say. */
  readonly isFaulted?: boolean;
}

/** AWS tries for about a day. */
const LONGEST_MS = 86_400_000;

/** Tells queues, topics, functions and buses what happens to objects: at least once, and again until it has arrived. */
export class Notifications {
  readonly #host: ServiceHost;
  readonly #outbox: Outbox<Sent>;
  readonly #timers = new Set<{ cancel(): void }>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#outbox = new Outbox<Sent>(host, "notifications", {
      send: async ({ account }, sent) => {
        await deliver(
          host.call,
          sent.arn,
          { body: sent.body, subject: "Amazon S3 Notification", ...(sent.entry && { entry: sent.entry }) },
          {
            parentId: sent.parentId,
            origin: `s3(${sent.event.bucket})`,
            ...(sent.bucketArn !== undefined && { sourceArn: sent.bucketArn }),
            sourceAccount: account,
          },
        );
      },
      policyOf: () => ({ longestMs: LONGEST_MS }),
      mayPass: isPassing,
      giveUp: (_, { arn, event }, { error }) => {
        host.log.warn(
          `s3: ${event.name} of ${event.bucket}/${event.key} could not be told to ${arn}: ${(error as Error).message}`,
        );
      },
    });
  }

  tell(bucket: OpenBucket, event: ObjectEvent, parentId: string | undefined): void {
    const document = bucket.record.settings["notification"] as NotificationDocument | undefined;
    if (document === undefined) return;
    for (const target of targetsOf(document)) {
      if (!wants(target, event.name, event.key)) continue;
      const body = JSON.stringify({ Records: [eventRecord(event, target.id)] });
      this.#send(bucket, { event, arn: target.arn, body, parentId });
    }
    const { account, region } = bucket.record;
    if (
      document.EventBridgeConfiguration !== undefined &&
      this.#host.hearsEvents("aws.s3", { account, region })
    )
      this.#sendToBus(bucket, event, parentId);
  }

  /** What a destination gets when it is set up. */
  test(bucket: OpenBucket, arn: string, requestId: string): void {
    const atMs = this.#host.clock.now();
    const body = JSON.stringify({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date(atMs).toISOString(),
      Bucket: bucket.name,
      RequestId: requestId,
      HostId: hostId(requestId),
    });
    const event = { name: "TestEvent", bucket: bucket.name, key: "" } as unknown as ObjectEvent;
    this.#outbox.put(placeOf(bucket), { event, arn, body, parentId: requestId, bucketArn: bucket.arn });
  }

  start(): void {
    this.#outbox.resume();
  }

  stop(): void {
    this.#outbox.stop();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #sendToBus(bucket: OpenBucket, event: ObjectEvent, parentId: string | undefined): void {
    const { account, region } = bucket.record;
    const { detailType, detail } = bridgeEvent(event);
    this.#send(bucket, {
      event,
      arn: `arn:aws:events:${region}:${account}:event-bus/default`,
      body: JSON.stringify(detail),
      entry: { source: "aws.s3", detailType, resources: [bucket.arn] },
      parentId,
    });
  }

  #send(bucket: OpenBucket, sent: Sent): void {
    const place = placeOf(bucket);
    const hits = this.#host.hits(
      NOTIFY,
      {
        resource: bucket.arn,
        operation: sent.event.name,
        input: { Bucket: bucket.name, Key: sent.event.key, Destination: sent.arn },
        ...(sent.parentId !== undefined && { parentId: sent.parentId }),
      },
      { account: bucket.record.account, region: bucket.record.region },
    );
    let copies = 1;
    let delayMs = 0;
    for (const { effect, params } of hits) {
      if (effect === "drop") return;
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
      if (effect === "delay") delayMs += parseDuration(params["delay"]) ?? 0;
    }
    const put = () => {
      for (let copy = 0; copy < copies; copy++) this.#outbox.put(place, { ...sent, bucketArn: bucket.arn });
    };
    if (delayMs === 0) {
      put();
      return;
    }
    const timer = this.#host.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      put();
    });
    this.#timers.add(timer);
  }
}

const placeOf = ({ record }: OpenBucket) => ({ account: record.account, region: "global" });
