import { announce } from "../../aws/announce.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Experiment } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { type Journal, journal } from "./journal.ts";

/** State changes as events on the default bus: https://docs.aws.amazon.com/fis/latest/userguide/monitoring-eventbridge.html */
export function stateEvents(
  host: ServiceHost,
  { id, arn, place }: { id: string; arn: string; place: Place },
): Journal {
  let delivering: Promise<unknown> = Promise.resolve();
  const { account, region } = place;
  const where = { account, region, as: "fis.amazonaws.com", origin: "experiment" };

  const send = ({ templateId, state }: Experiment, before: { status: string; reason: string }) => {
    const event = {
      detailType: "FIS Experiment State Change",
      resources: [arn],
      atMs: host.clock.now(),
      detail: {
        "experiment-id": id,
        "experiment-template-id": templateId,
        "new-state": { status: state.status, reason: state.reason },
        "old-state": { status: before.status, reason: before.reason },
      },
    };
    // One after the other, so that they arrive in their order.
    delivering = delivering.then(() => announce(host, "aws.fis", where, () => event));
  };

  return journal({
    experimentStarted: (experiment) =>
      send(experiment, { status: "pending", reason: "Experiment is pending." }),
    stateChanged: send,
  });
}
