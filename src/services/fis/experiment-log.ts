import { groupNameIn, putLogEvents } from "../../aws/log-group.ts";
import { parseArn } from "../../core/arn.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { ResolvedTarget } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { type Journal, journal } from "./journal.ts";
import { type LogRecord, recordDetails, targetRecords, toldOf } from "./log-records.ts";
import { targetedAccounts } from "./targets.ts";

/**
 * The experiment's log, as its template asks for it: to CloudWatch Logs as it happens, and to S3 at its end.
 *
 * The experiment may strike the very services that its log goes to. What could not be delivered waits for the next
 * record, at the latest for the experiment's end, when its faults are gone.
 */
export function experimentLog(
  host: ServiceHost,
  { id, place, configuration }: { id: string; place: Place; configuration: FIS.ExperimentLogConfiguration },
): Journal {
  const version = configuration.logSchemaVersion ?? 2;
  const records: LogRecord[] = [];
  const group = configuration.cloudWatchLogsConfiguration?.logGroupArn;
  const stream = group === undefined ? undefined : new Delivery(host, place, group, `/aws/fis/${id}`);

  const nowMs = () => host.clock.now();
  const recordOf = (log_type: string, details: LogRecord["details"], atMs = nowMs()): LogRecord => ({
    id,
    log_type,
    event_timestamp: new Date(atMs).toISOString(),
    version: String(version),
    details,
  });
  const write = (log_type: string, details: LogRecord["details"]) => {
    const record = recordOf(log_type, details);
    records.push(record);
    stream?.send(record);
  };
  let accounts: readonly string[] = [];

  return journal({
    takenUp(experiment) {
      accounts = targetedAccounts(experiment, place);
      // The stream has them; the bucket gets them with the end.
      records.push(...toldOf(experiment, accounts, version).map((told) => recordOf(...told)));
    },
    experimentStarted(experiment) {
      accounts = targetedAccounts(experiment, place);
      write("experiment-start", recordDetails.experimentStart(experiment));
    },
    targetResolutionStarted: (name) =>
      write("target-resolution-start", recordDetails.targetResolutionStart(name, nowMs())),
    targetResolved(name, type, result) {
      const failure = "failure" in result ? result.failure : undefined;
      const resolved: readonly ResolvedTarget[] = "resolved" in result ? result.resolved : [];
      const target = { name, type, resolved, ...(failure !== undefined && { failure }) };
      for (const record of targetRecords(target, accounts, nowMs(), version)) write(...record);
    },
    actionStarted: (name, action) => write("action-start", recordDetails.actionStart(name, action)),
    actionFailed(name, action, error) {
      if (version > 1) write("action-error", recordDetails.actionError(name, action, error));
    },
    actionEnded(name, action) {
      if (action.startedAtMs !== undefined)
        write("action-end", recordDetails.actionEnd(name, action, nowMs()));
    },
    experimentEnded(experiment) {
      write("experiment-end", recordDetails.experimentEnd(experiment));
      const bucket = configuration.s3Configuration;
      if (bucket?.bucketName !== undefined) void putLog(host, place, id, bucket, records);
    },
  });
}

/** Records on their way to a log stream, one batch at a time and in order. */
class Delivery {
  readonly #host: ServiceHost;
  readonly #where: CallOptions & Place;
  readonly #group: string;
  readonly #stream: string;
  readonly #waiting: LogRecord[] = [];
  #delivering: Promise<void> = Promise.resolve();

  constructor(host: ServiceHost, place: Place, groupArn: string, stream: string) {
    const arn = parseArn(groupArn);
    this.#host = host;
    this.#where = {
      account: arn?.account || place.account,
      region: arn?.region || place.region,
      as: "delivery.logs.amazonaws.com",
      origin: "experiment",
    };
    this.#group = groupNameIn(arn?.resource ?? groupArn);
    this.#stream = stream;
  }

  send(record: LogRecord): void {
    this.#waiting.push(record);
    this.#delivering = this.#delivering.then(() => this.#deliver());
  }

  async #deliver(): Promise<void> {
    const batch = [...this.#waiting];
    if (batch.length === 0) return;
    const { account, region } = this.#where;
    const logEvents = batch.map((record) => ({
      timestamp: Date.parse(record.event_timestamp),
      message: JSON.stringify(record),
    }));
    const call = (operation: string, input: object) => this.#host.call("logs", operation, input, this.#where);
    try {
      await putLogEvents(
        this.#host,
        { account, region, group: this.#group, stream: this.#stream },
        logEvents,
        call,
      );
      this.#waiting.splice(0, batch.length);
    } catch (error) {
      const { name, message } = error as Error;
      this.#host.log.warn(`The experiment log could not be written to ${this.#group}: ${name}: ${message}`);
    }
  }
}

async function putLog(
  host: ServiceHost,
  { account, region }: Place,
  id: string,
  { bucketName, prefix }: FIS.ExperimentS3LogConfiguration,
  records: readonly LogRecord[],
): Promise<void> {
  const [year, month, day, hour, minute] = new Date(host.clock.now()).toISOString().split(/[-T:]/);
  const name = `${account}_awsfislogs_${region}_${id}_${year}${month}${day}${hour}${minute}Z_${host.random.hex(8)}.log`;
  const folder = `AWSLogs/${account}/fis/${region}/${id}/${year}/${month}/${day}`;
  const Key = [prefix?.replace(/\/$/, ""), folder, name].filter((part) => part).join("/");
  const Body = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  try {
    const where = { account, region, as: "delivery.logs.amazonaws.com", origin: "experiment" };
    await host.call("s3", "PutObject", { Bucket: bucketName, Key, Body }, where);
  } catch (error) {
    host.log.warn(
      `The experiment log could not be written to the bucket ${bucketName}: ${(error as Error).message}`,
    );
  }
}
