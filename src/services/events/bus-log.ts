import { groupNameIn, putLogEvents } from "../../aws/log-group.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { busRecords, type EventBusRecord, storeAt, type Where } from "./event-bus.ts";

type Level = "ERROR" | "INFO" | "TRACE";

/**
 * At which level each step is told of, from ERROR, which tells least:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html#eb-event-bus-logs-level
 */
const STEPS = {
  EVENT_RECEIPT: "TRACE",
  EVENT_INGEST_SUCCESS: "INFO",
  RULE_MATCH_START: "TRACE",
  RULE_MATCH: "INFO",
  NO_STANDARD_RULES_MATCHED: "INFO",
  INVOCATION_START: "TRACE",
  INVOCATION_ATTEMPT_START: "TRACE",
  INVOCATION_ATTEMPT_SUCCESS: "TRACE",
  INVOCATION_ATTEMPT_RETRYABLE_FAILURE: "ERROR",
  INVOCATION_ATTEMPT_PERMANENT_FAILURE: "ERROR",
  INVOCATION_SUCCESS: "INFO",
  INVOCATION_FAILURE: "ERROR",
  INVOCATION_DLQ: "ERROR",
} as const satisfies Readonly<Record<string, Level>>;

export type Step = keyof typeof STEPS;

/** Which levels a bus's level has told. */
const TOLD: Readonly<Record<string, readonly Level[]>> = {
  ERROR: ["ERROR"],
  INFO: ["ERROR", "INFO"],
  TRACE: ["ERROR", "INFO", "TRACE"],
};

/** What there is to say of a step. */
export interface Told {
  readonly eventId: string;
  readonly requestId?: string | undefined;
  readonly invocationId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

/** Told only of a bus that includes detail. */
const DETAIL = "event_detail";

interface Line {
  readonly where: Where;
  readonly busArn: string;
  readonly level: Level;
  readonly atMs: number;
  readonly message: string;
}

/** As AWS names it in every group. */
const STREAM = "EventBridgeEventBusLogs";

/** What buses do with events, on its way to the log groups that deliveries of CloudWatch Logs join to them. */
export class BusLogs {
  readonly #host: ServiceHost;
  #lines: Line[] = [];
  #sending: Promise<void> | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** A bus that logs anything: who has several steps to tell of asks once. */
  logging(where: Where, bus: string): EventBusRecord | undefined {
    // A default bus that nobody has changed is not kept, and logs nothing.
    const record = storeAt(this.#host, where).collection(busRecords).get([bus]);
    return record && logs(record) ? record : undefined;
  }

  /** Says what a bus has done, where it logs steps of that kind; nothing is made of what nobody is told. */
  tell(where: Where, { arn, name, logConfig }: EventBusRecord, step: Step, told: () => Told): void {
    const levels = logConfig?.Level === undefined ? undefined : TOLD[logConfig.Level];
    const level = STEPS[step];
    if (!levels?.includes(level)) return;
    const { eventId, requestId, invocationId, details = {}, error } = told();
    const withDetail = logConfig?.IncludeDetail === "FULL";
    const atMs = this.#host.clock.now();
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-schema.html
    const message = JSON.stringify({
      resource_arn: arn,
      message_timestamp_ms: atMs,
      event_bus_name: name,
      ...(requestId !== undefined && { request_id: requestId }),
      event_id: eventId,
      ...(invocationId !== undefined && { invocation_id: invocationId }),
      message_type: step,
      log_level: level,
      details: Object.fromEntries(
        Object.entries(details).filter(([member]) => withDetail || member !== DETAIL),
      ),
      ...(error !== undefined && { error: errorOf(error) }),
    });
    this.#lines.push({ where, busArn: arn, level, atMs, message });
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    using _work = this.#host.atWork();
    while (this.#lines.length > 0) {
      // What happens in one turn goes in one call.
      await new Promise((resolve) => setImmediate(resolve));
      const lines = this.#lines.splice(0);
      for (const same of Object.values(Object.groupBy(lines, ({ busArn, level }) => `${level} ${busArn}`))) {
        try {
          await this.#put(same ?? []);
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          this.#host.log.warn(`A bus could not be logged: ${error.message}`);
        }
      }
    }
  }

  async #put(lines: readonly Line[]): Promise<void> {
    const [first] = lines;
    if (!first) return;
    for (const group of await this.#groupsOf(first)) {
      const { account, region, resource } = partsOf(group);
      const options = { account, region, origin: `event-bus(${first.busArn.split("/").at(-1)})` };
      await putLogEvents(
        this.#host,
        { account, region, group: groupNameIn(resource), stream: STREAM },
        lines.map(({ atMs, message }) => ({ timestamp: atMs, message })),
        (operation, input) => this.#host.call("logs", operation, input, options),
      );
    }
  }

  /** The log groups that deliveries join to a bus for logs of a level. */
  async #groupsOf({ where, busArn, level }: Line): Promise<string[]> {
    const options = { account: where.account, region: where.region, origin: "event-bus-logs" };
    const ask = <O>(operation: string, input: object) =>
      this.#host.call<O>("logs", operation, input, options);
    const all = async <T>(operation: string, listed: (output: Record<string, unknown>) => T[]) => {
      const found: T[] = [];
      let nextToken: unknown;
      do {
        const input = nextToken === undefined ? {} : { nextToken };
        const output: Record<string, unknown> = await ask(operation, input);
        found.push(...listed(output));
        nextToken = output["nextToken"];
      } while (nextToken !== undefined);
      return found;
    };
    const sources = await all(
      "DescribeDeliverySources",
      ({ deliverySources }) => (deliverySources ?? []) as Logs.DeliverySource[],
    );
    const names = new Set(
      sources
        .filter(({ resourceArns, logType }) => resourceArns?.includes(busArn) && logType === `${level}_LOGS`)
        .map(({ name }) => name),
    );
    if (names.size === 0) return [];
    const deliveries = await all(
      "DescribeDeliveries",
      (output) => (output["deliveries"] ?? []) as Logs.Delivery[],
    );
    const groups: string[] = [];
    for (const { deliverySourceName, deliveryDestinationArn = "", deliveryDestinationType } of deliveries) {
      if (!names.has(deliverySourceName) || deliveryDestinationType !== "CWL") continue;
      const name = deliveryDestinationArn.split(":delivery-destination:")[1];
      const { deliveryDestination } = await ask<Logs.GetDeliveryDestinationResponse>(
        "GetDeliveryDestination",
        { name },
      );
      const group = deliveryDestination?.deliveryDestinationConfiguration?.destinationResourceArn;
      if (group !== undefined) groups.push(group);
    }
    return groups;
  }
}

export const logs = ({ logConfig }: EventBusRecord): boolean =>
  logConfig?.Level !== undefined && Object.hasOwn(TOLD, logConfig.Level);

function errorOf(error: unknown): object {
  const { message } = error as Error;
  return {
    ...(error instanceof AwsError && { http_status_code: error.status }),
    error_message: message,
  };
}
