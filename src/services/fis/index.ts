import type { ServiceFactory } from "../../core/service.ts";
import { loadEffects } from "../../faults/registry.ts";
import { accountConfigurations } from "./account-configurations.ts";
import { Actions, actionHandlers } from "./actions.ts";
import { announcements } from "./announcements.ts";
import { loadCatalogue } from "./catalogue.ts";
import { experimentLog } from "./experiment-log.ts";
import { experiments } from "./experiments.ts";
import { journals } from "./journal.ts";
import { pages } from "./pages.ts";
import { reportDelivery } from "./report-delivery.ts";
import { Reports } from "./reports.ts";
import { Runs } from "./runs.ts";
import { engageLevers, safetyLever } from "./safety-lever.ts";
import { stateEvents } from "./state-events.ts";
import { tags } from "./tags.ts";
import { targetResourceTypes } from "./target-resource-types.ts";
import { templates } from "./templates.ts";

const catalogue = await loadCatalogue();
const effects = await loadEffects();

/** AWS Fault Injection Service: https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html */
const fis: ServiceFactory = (host) => {
  const actions = new Actions(catalogue, effects, host);
  const reports = new Reports(host);
  const runs = new Runs(host, (run, { logConfiguration, reportConfiguration }) =>
    journals([
      announcements(host, run),
      stateEvents(host, run),
      reports.journalOf(run),
      ...(logConfiguration ? [experimentLog(host, { ...run, configuration: logConfiguration })] : []),
      ...(reportConfiguration
        ? [reportDelivery(host, reports, { ...run, configuration: reportConfiguration })]
        : []),
    ]),
  );
  return {
    name: "fis",
    operations: {
      ...actionHandlers(actions),
      ...targetResourceTypes(actions.types),
      ...templates(actions),
      ...accountConfigurations,
      ...experiments(actions, runs),
      ...safetyLever(runs),
      ...tags(actions),
    },
    admin: pages(host, actions, reports),
    start: () => void runs.settle(actions).then(() => engageLevers(host)),
    async stop() {
      const closed = runs.close();
      reports.close();
      await closed;
    },
  };
};

export default fis;
