import { groupNameIn, putLogEvents } from "../../aws/log-group.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { ExecutionRecord } from "./execution.ts";
import { type EventRecord, shownDetails } from "./history-event.ts";

/** Which events a level has logged: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level */
const LEVELS: Readonly<Record<string, RegExp>> = {
  ALL: /./,
  ERROR: /Failed$|TimedOut$|Aborted$|^FailStateEntered$/,
  FATAL: /^Execution(?:Failed|TimedOut|Aborted)$/,
};

interface Line {
  readonly group: string;
  readonly stream: string;
  readonly atMs: number;
  readonly message: string;
  readonly execution: ExecutionRecord;
}

/** Events of executions on their way to log groups, in order. */
export class ExecutionLog {
  readonly #host: ServiceHost;
  #lines: Line[] = [];
  #sending: Promise<void> | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#sending !== undefined;
  }

  heard(execution: ExecutionRecord, event: EventRecord): void {
    const { logging } = execution;
    const level = logging?.level;
    if (level === undefined || level === "OFF" || !LEVELS[level]?.test(event.type)) return;
    const group = logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    if (group === undefined) return;
    const withData = logging?.includeExecutionData === true;
    this.#lines.push({
      group,
      stream: streamOf(execution, event.atMs),
      atMs: event.atMs,
      execution,
      message: JSON.stringify({
        id: String(event.id),
        type: event.type,
        ...(event.details && { details: shownDetails(event.details, withData) }),
        previous_event_id: String(event.previousEventId),
        event_timestamp: String(event.atMs),
        execution_arn: execution.arn,
        redrive_count: String(execution.redriveCount),
      }),
    });
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    // What happens in one turn goes in one call.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const [first] = this.#lines;
      if (!first) return;
      const same = ({ group, stream }: Line) => group === first.group && stream === first.stream;
      const at = this.#lines.findIndex((line) => !same(line));
      const batch = this.#lines.splice(0, at < 0 ? this.#lines.length : at);
      try {
        await this.#put(first, batch);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.#host.log.warn(`An execution could not be logged: ${error.message}`);
      }
    }
  }

  async #put({ group, stream, execution }: Line, batch: readonly Line[]): Promise<void> {
    const { account, region, resource } = partsOf(group);
    const options = {
      account,
      region,
      as: execution.roleArn,
      sourceArn: execution.arn,
      origin: `execution(${execution.machine})`,
      ...(execution.parentId !== undefined && { parentId: execution.parentId }),
    };
    await putLogEvents(
      this.#host,
      { account, region, group: groupNameIn(resource), stream },
      batch.map(({ atMs, message }) => ({ timestamp: atMs, message })),
      (operation, input) => this.#host.call("logs", operation, input, options),
    );
  }
}

/** `states/<machine>/<minute>/<id>`: one stream for what a machine's executions say in a minute. */
function streamOf({ machine, definition }: ExecutionRecord, atMs: number): string {
  const minute = new Date(atMs).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return `states/${machine.split("/")[0]}/${minute}/${definition.replace(/[^A-Za-z0-9]/g, "").slice(0, 8)}`;
}
