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
  const where = { account: place.account, region: place.region, as: "fis.amazonaws.com" };

  const send = ({ templateId, state }: Experiment, before: { status: string; reason: string }) => {
    if (!host.serves("events")) return;
    const entry = {
      Source: "aws.fis",
      DetailType: "FIS Experiment State Change",
      Resources: [arn],
      Time: new Date(host.clock.now()),
      Detail: JSON.stringify({
        "experiment-id": id,
        "experiment-template-id": templateId,
        "new-state": { status: state.status, reason: state.reason },
        "old-state": { status: before.status, reason: before.reason },
      }),
    };
    // One after the other, so that they arrive in their order. Best effort, as in AWS.
    delivering = delivering
      .then(() => host.call("events", "PutEvents", { Entries: [entry] }, { ...where, origin: "experiment" }))
      .catch((error: Error) => host.log.warn(`A state change of ${id} was not delivered: ${error.message}`));
  };

  return journal({
    experimentStarted: (experiment) =>
      send(experiment, { status: "pending", reason: "Experiment is pending." }),
    stateChanged: send,
  });
}
