import { AwsError } from "../core/aws-error.ts";
import type { CallOptions, ServiceHost } from "../core/service.ts";

/** An event of a service's own: https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref.html */
export interface ServiceEvent {
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** Epoch milliseconds. Default: now. */
  readonly atMs?: number;
}

/**
 * Puts an event of a service's own onto the default bus, as a call that meets faults like any other. Best effort, as in AWS.
 * Where nobody listens to the source it is not even made.
 * @param source `aws.states`
 * @param from where it happens, and what it comes of
 * @returns resolves when the bus has taken it or has not
 */
export async function announce(
  host: ServiceHost,
  source: string,
  from: CallOptions & { readonly account: string; readonly region: string },
  make: () => ServiceEvent,
): Promise<void> {
  if (!host.hearsEvents(source, from)) return;
  const { detailType, resources, detail, atMs = host.clock.now() } = make();
  const entry = {
    Source: source,
    DetailType: detailType,
    Resources: resources,
    Time: new Date(atMs),
    Detail: JSON.stringify(detail),
  };
  try {
    await host.call("events", "PutEvents", { Entries: [entry] }, from);
  } catch (error) {
    // A bus that takes nothing is the bus' affair, and its rule's that refused.
    if (!(error instanceof AwsError)) host.log.error(`An event of ${source} could not be sent.`, error);
    else host.log.debug(() => `An event of ${source} was not taken: ${error.message}`);
  }
}
