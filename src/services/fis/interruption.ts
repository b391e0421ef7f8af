import { type Experiment, isOver } from "./experiment.ts";
import type { Place } from "./ids.ts";

/** An experiment that ended with the process that ran it: its rules and timers are gone, and it says so. */
export function interrupted(experiment: Experiment, reason: string, place: Place, nowMs: number): Experiment {
  const actions = Object.entries(experiment.actions).map(([name, action]) => {
    if (isOver(action.state.status)) return [name, action] as const;
    const state =
      action.startedAtMs === undefined
        ? ({ status: "cancelled", reason: "Action was cancelled." } as const)
        : ({ status: "stopped", reason: "Action was stopped." } as const);
    return [
      name,
      { ...action, state, ...(action.startedAtMs !== undefined && { endedAtMs: nowMs }) },
    ] as const;
  });
  return {
    ...experiment,
    actions: Object.fromEntries(actions),
    state: { status: "failed", reason, error: { accountId: place.account, code: "InternalFailure" } },
    endedAtMs: nowMs,
  };
}
