import type { ServiceFactory } from "../../core/service.ts";
import { changeSetOperations } from "./change-sets.ts";
import { Deployments } from "./deployments.ts";
import { driftOperations } from "./drift.ts";
import { SIGNALS, Signals } from "./signals.ts";
import { stackResourceOperations } from "./stack-resources.ts";
import { allStackSetOperations } from "./stack-sets/index.ts";
import { StackSetOperations } from "./stack-sets/operations-work.ts";
import { stackOperations } from "./stacks.ts";
import { templateOperations } from "./templates.ts";

/** AWS CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/ */
const cloudformation: ServiceFactory = (host) => {
  const signals = new Signals(host);
  const deployments = new Deployments(host, signals);
  const stackSets = new StackSetOperations(host);
  return {
    name: "cloudformation",
    operations: {
      ...stackOperations(deployments),
      ...changeSetOperations(deployments),
      ...stackResourceOperations(signals),
      ...templateOperations,
      ...driftOperations,
      ...allStackSetOperations(stackSets),
    },
    admin: [
      {
        // Whoever has been given the URL answers here: a function, a script, curl.
        method: "PUT",
        path: `${SIGNALS}/:told`,
        isOpen: true,
        handle(request, { told = "" }) {
          const isTaken = signals.take(told, Buffer.from(request.body).toString("utf8"));
          return { status: isTaken ? 200 : 400, headers: {} };
        },
      },
    ],
    start() {
      deployments.start();
      stackSets.start();
    },
    stop() {
      stackSets.stop();
      deployments.stop();
    },
    isBusy: () => deployments.isBusy || stackSets.isBusy,
  };
};

export default cloudformation;
