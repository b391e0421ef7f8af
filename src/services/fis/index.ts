import type { ServiceFactory } from "../../core/service.ts";
import { loadEffects } from "../../faults/registry.ts";
import { accountConfigurations } from "./account-configurations.ts";
import { Actions, actionHandlers } from "./actions.ts";
import { announcements } from "./announcements.ts";
import { loadCatalogue } from "./catalogue.ts";
import { experiments } from "./experiments.ts";
import { journals } from "./journal.ts";
import { Runs } from "./runs.ts";
import { safetyLever } from "./safety-lever.ts";
import { tags } from "./tags.ts";
import { targetResourceTypes } from "./target-resource-types.ts";
import { templates } from "./templates.ts";

const catalogue = await loadCatalogue();
const effects = await loadEffects();

/** AWS Fault Injection Service: https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html */
const fis: ServiceFactory = (host) => {
  const actions = new Actions(catalogue, effects, host);
  const runs = new Runs(host, (run) => journals([announcements(host, run)]));
  return {
    name: "fis",
    operations: {
      ...actionHandlers(actions),
      ...targetResourceTypes,
      ...templates(actions),
      ...accountConfigurations,
      ...experiments(actions, runs),
      ...safetyLever(runs),
      ...tags(actions),
    },
    start: () => runs.settle(),
    stop: () => runs.close(),
  };
};

export default fis;
