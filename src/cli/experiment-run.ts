import type { SquallClient } from "./client.ts";
import { type Experiment, follow, isOver, summary } from "./experiment-watch.ts";

/** How an experiment is run: by whom, where, and what is told of it. */
export interface RunFlags {
  readonly role?: string;
  readonly account?: string;
  readonly region?: string;
  readonly watch?: boolean;
  readonly until?: string;
}

/** Starts an experiment, follows it, and says what came of it; an interrupt stops it. @param of what it is of, as it is told */
export async function runExperiment(
  squall: SquallClient,
  template: object,
  of: string,
  { role, account, region, watch = false, until }: RunFlags,
): Promise<void> {
  const started = await squall.ask<Experiment>("POST", "/_squall/experiments", {
    template: role === undefined ? template : { ...template, roleArn: role },
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  });
  console.log(`Experiment ${started.id} of ${of}`);
  const stop = () => void squall.ask("DELETE", `/_squall/experiments/${started.id}`).catch(() => {});
  process.once("SIGINT", stop);
  const experiment = await follow(squall, started.id, {
    say: (line) => console.log(line),
    showsStrikes: watch,
    ...(until !== undefined && { until }),
  });
  process.removeListener("SIGINT", stop);
  if (!isOver(experiment)) return;
  console.log(await summary(squall, experiment));
  if (experiment.state.status !== "completed") process.exitCode = 1;
}
