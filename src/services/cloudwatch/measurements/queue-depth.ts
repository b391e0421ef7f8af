import { queueUrlOf } from "../../../aws/deliver.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Datapoints } from "../metrics/datapoints.ts";
import { type Metric, metricText, type Where } from "../metrics/metric.ts";
import { ofValue } from "../statistics/aggregate.ts";

/** The metrics of a queue that are not counted but looked up, and the queue attributes that they are. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  ApproximateNumberOfMessagesVisible: "ApproximateNumberOfMessages",
  ApproximateNumberOfMessagesNotVisible: "ApproximateNumberOfMessagesNotVisible",
  ApproximateNumberOfMessagesDelayed: "ApproximateNumberOfMessagesDelayed",
};

export const isQueueDepth = ({ namespace, name }: Metric): boolean =>
  namespace === "AWS/SQS" && ATTRIBUTES[name] !== undefined;

/** How many messages are in a queue: SQS is asked when somebody reads the metric, and each minute while an alarm watches it. */
export class QueueDepths {
  readonly #host: ServiceHost;
  readonly #datapoints: Datapoints;
  readonly #onSampled: (where: Where, metrics: readonly Metric[]) => void;
  #stopped = false;

  constructor(
    host: ServiceHost,
    datapoints: Datapoints,
    onSampled: (where: Where, metrics: readonly Metric[]) => void,
  ) {
    this.#host = host;
    this.#datapoints = datapoints;
    this.#onSampled = onSampled;
  }

  /** Asks for the queues' depths now, each once; metrics of anything else are left alone. */
  async sample(metrics: Iterable<{ where: Where; metric: Metric }>): Promise<void> {
    const asked = new Map<string, { where: Where; metric: Metric }>();
    for (const { where, metric } of metrics)
      if (isQueueDepth(metric)) asked.set(metricText(where, metric), { where, metric });
    await Promise.all([...asked.values()].map(({ where, metric }) => this.#sampleOne(where, metric)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #sampleOne({ account, region }: Where, metric: Metric): Promise<void> {
    const queue = metric.dimensions.find(({ Name }) => Name === "QueueName")?.Value;
    const attribute = ATTRIBUTES[metric.name];
    if (queue === undefined || attribute === undefined || !this.#host.serves("sqs")) return;
    const { clock } = this.#host;
    const input = {
      QueueUrl: queueUrlOf({ account, region, resource: queue }),
      AttributeNames: [attribute],
    };
    const { Attributes } = await this.#host
      .call<{ Attributes?: Record<string, string> }>("sqs", "GetQueueAttributes", input, {
        account,
        region,
        origin: `metrics(${queue})`,
      })
      // A queue that is not there has no metrics.
      .catch(() => ({ Attributes: undefined }));
    const value = Attributes?.[attribute];
    if (value === undefined || this.#stopped) return;
    const where = { account, region };
    this.#datapoints.add(where, metric, clock.now(), "Count", ofValue(Number(value)));
    this.#onSampled(where, [metric]);
  }
}
