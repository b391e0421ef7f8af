import type { Service, ServiceFactory } from "../../core/service.ts";
import { attributes, attributesOf } from "./attributes.ts";
import { deleting } from "./deleting.ts";
import { inspectionRoutes } from "./inspection.ts";
import { moving } from "./move-tasks.ts";
import { Mover } from "./mover.ts";
import { OpenQueues } from "./open-queues.ts";
import { permissions } from "./permissions.ts";
import type { QueueRecord } from "./queue.ts";
import { queues } from "./queues.ts";
import { receiving } from "./receiving.ts";
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
    describe: {
      queue({ name }: QueueRecord, where) {
        const queue = open.at({ ...where, name });
        return { QueueName: name, ...(queue && attributesOf(queue)) };
      },
    },
    admin: inspectionRoutes(open),
    start: () => mover.resume(),
    stop: () => {
      mover.stop();
      open.close();
    },
  };
};

export default sqs;
