import type { ServiceFactory } from "../../core/service.ts";
import { pipes as operations } from "./pipes.ts";
import { RunningPipes } from "./running-pipes.ts";

/** EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/ */
const pipes: ServiceFactory = (host) => {
  const running = new RunningPipes(host);
  return {
    name: "pipes",
    operations: operations(running),
    start: () => running.resume(),
    isBusy: () => running.isBusy,
    stop: () => running.stopAll(),
  };
};

export default pipes;
