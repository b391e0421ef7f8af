import type { ServiceHost } from "../../core/service.ts";
import { Watch } from "./alarms/watch.ts";
import { Measurements } from "./measurements/measurements.ts";
import { QueueDepths } from "./measurements/queue-depth.ts";
import { Datapoints } from "./metrics/datapoints.ts";

/** The parts of CloudWatch that its operations share. */
export class Cloudwatch {
  readonly host: ServiceHost;
  readonly datapoints: Datapoints;
  /** What Squall's own services measure of themselves. */
  readonly measurements: Measurements;
  readonly queueDepths: QueueDepths;
  /** The alarms' watch over the metrics. */
  readonly watch: Watch;

  constructor(host: ServiceHost) {
    this.host = host;
    this.datapoints = new Datapoints(host);
    const arrived: Watch["arrived"] = (where, metrics) => this.watch.arrived(where, metrics);
    this.measurements = new Measurements(host, this.datapoints, arrived);
    this.queueDepths = new QueueDepths(host, this.datapoints, arrived);
    this.watch = new Watch(this);
  }
}
