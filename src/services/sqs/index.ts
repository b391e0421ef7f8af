import type { Service, ServiceFactory } from "../../core/service.ts";
import { attributes } from "./attributes.ts";
import { deleting } from "./deleting.ts";
import { DELIVER, deliverPoint } from "./delivery-faults.ts";
import { inspectionRoutes } from "./inspection.ts";
import { moving } from "./move-tasks.ts";
import { Mover } from "./mover.ts";
import { OpenQueues } from "./open-queues.ts";
import { permissions } from "./permissions.ts";
import { STRATEGIES } from "./queue-url.ts";
import { queues } from "./queues.ts";
import { receiving } from "./receiving.ts";
import { arnsOf, queueResources } from "./resources.ts";
import { sending } from "./sending.ts";
import { tags } from "./tags.ts";
import { visibility } from "./visibility.ts";

/** Amazon SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
const sqs: ServiceFactory = (host): Service => {
  const open = new OpenQueues(host);
  const mover = new Mover(host, open);
  return {
    name: "sqs",
    operations: {
      ...queues(host, open),
      ...attributes(open),
      ...permissions(open),
      ...tags(open),
      ...sending(open),
      ...receiving(open),
      ...deleting(open),
      ...visibility(open),
      ...moving(host, open, mover),
    },
    validation: { skip: ["enum"] },
    faultPoints: { [DELIVER]: deliverPoint },
    arnsOf,
    resources: { "aws:sqs:queue": (where) => queueResources(open, where) },
    admin: inspectionRoutes(open),
    start: () => mover.resume(),
    stop: () => {
      mover.stop();
      open.close();
    },
  };
};

export default Object.assign(sqs, {
  settings: {
    "endpoint-strategy": {
      description:
        "The form of the queue URLs that are handed out; all forms are taken. standard: sqs.<region>.<host>/<account>/<name>; domain: <region>.queue.<host>/…; path: <host>/queue/<region>/…; off: <host>/<account>/<name>; dynamic: as the client's own host",
      type: "string",
      default: "dynamic",
      values: STRATEGIES,
      env: ["SQS_ENDPOINT_STRATEGY"],
    },
    "delay-purge-retry": {
      description: "Refuse a second PurgeQueue within 60 seconds, as AWS does",
      type: "boolean",
      default: true,
      env: ["SQS_DELAY_PURGE_RETRY"],
    },
    "delay-recently-deleted": {
      description:
        "Refuse to create a queue within 60 seconds of deleting one of its name, as AWS (and --strict) does",
      type: "boolean",
      default: false,
      env: ["SQS_DELAY_RECENTLY_DELETED"],
    },
  },
} satisfies Partial<ServiceFactory>);
