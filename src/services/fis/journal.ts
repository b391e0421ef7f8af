import type {
  Experiment,
  ExperimentAction,
  ExperimentError,
  ExperimentStatus,
  ResolvedTarget,
} from "./experiment.ts";

type Result =
  | { readonly resolved: readonly ResolvedTarget[] }
  | { readonly failure: string; readonly code: string };

/** Who is told of an experiment's life as it happens: its log, the bus, EventBridge, the report. */
export interface Journal {
  experimentStarted(experiment: Experiment): void;
  stateChanged(experiment: Experiment, before: { status: ExperimentStatus; reason: string }): void;
  targetResolutionStarted(name: string): void;
  targetResolved(name: string, type: string, result: Result): void;
  actionStarted(name: string, action: ExperimentAction): void;
  actionFailed(name: string, action: ExperimentAction, error: ExperimentError): void;
  actionEnded(name: string, action: ExperimentAction): void;
  experimentEnded(experiment: Experiment): void;
}

/** Tells each of several. */
export function journals(all: readonly Journal[]): Journal {
  const tell =
    <K extends keyof Journal>(event: K) =>
    (...told: Parameters<Journal[K]>) => {
      for (const journal of all) (journal[event] as (...told: Parameters<Journal[K]>) => void)(...told);
    };
  return {
    experimentStarted: tell("experimentStarted"),
    stateChanged: tell("stateChanged"),
    targetResolutionStarted: tell("targetResolutionStarted"),
    targetResolved: tell("targetResolved"),
    actionStarted: tell("actionStarted"),
    actionFailed: tell("actionFailed"),
    actionEnded: tell("actionEnded"),
    experimentEnded: tell("experimentEnded"),
  };
}
