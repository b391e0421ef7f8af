/** Log groups of CloudWatch Logs, as services that write to them find and make them. */
import { AwsError } from "../core/aws-error.ts";
import { BoundedMap } from "../core/bounded-map.ts";
import type { ServiceHost } from "../core/service.ts";

/** A group's name. @param resource of its ARN: `log-group:/aws/states/orders:*` */
export const groupNameIn = (resource: string): string =>
  resource.replace(/^log-group:/, "").replace(/:\*$/, "");

/** Waits until a group or a stream is made. One that is there already is as good. */
export async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
  }
}

/** A log stream, and where it is. */
export interface LogStreamPlace {
  readonly account: string;
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  /** Is the group made, too? Where a user names it, it has to be there. */
  readonly makesGroup?: boolean;
}

export interface LogEvent {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Streams that a cloud's services have made: they are not made again for each line. */
const known = new WeakMap<ServiceHost, BoundedMap<boolean>>();
const MOST_KNOWN = 10_000;

/**
 * Puts events into a stream as somebody's call; the stream is made with the first of them, and again when somebody has deleted it.
 * @throws AwsError of Logs
 */
export async function putLogEvents(
  host: ServiceHost,
  { account, region, group, stream, makesGroup = false }: LogStreamPlace,
  logEvents: readonly LogEvent[],
  call: (operation: string, input: object) => Promise<unknown>,
): Promise<void> {
  const streams = known.get(host) ?? new BoundedMap(MOST_KNOWN);
  known.set(host, streams);
  const key = JSON.stringify([account, region, group, stream]);
  const names = { logGroupName: group, logStreamName: stream };
  const put = async () => {
    if (!streams.get(key)) {
      if (makesGroup) await unlessThere(call("CreateLogGroup", { logGroupName: group }));
      await unlessThere(call("CreateLogStream", names));
      streams.set(key, true);
    }
    await call("PutLogEvents", { ...names, logEvents });
  };
  const wasKnown = streams.get(key) === true;
  try {
    await put();
  } catch (error) {
    if (!wasKnown || !(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
    streams.set(key, false);
    await put();
  }
}
