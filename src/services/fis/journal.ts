import type { FaultRule } from "../../core/fault.ts";
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
  /** An earlier process has told what there was to tell so far. */
  takenUp(experiment: Experiment): void;
  experimentStarted(experiment: Experiment): void;
  stateChanged(experiment: Experiment, before: { status: ExperimentStatus; reason: string }): void;
  targetResolutionStarted(name: string): void;
  targetResolved(name: string, type: string, result: Result): void;
  actionStarted(name: string, action: ExperimentAction): void;
  ruleAdded(name: string, rule: FaultRule): void;
  actionFailed(name: string, action: ExperimentAction, error: ExperimentError): void;
  actionEnded(name: string, action: ExperimentAction): void;
  experimentEnded(experiment: Experiment): void;
}

/** A journal of which nothing is told but what it says. */
export function journal(told: Partial<Journal>): Journal {
  const nothing = () => {};
  return {
    takenUp: nothing,
    experimentStarted: nothing,
    stateChanged: nothing,
    targetResolutionStarted: nothing,
    targetResolved: nothing,
    actionStarted: nothing,
    ruleAdded: nothing,
    actionFailed: nothing,
    actionEnded: nothing,
    experimentEnded: nothing,
    ...told,
  };
}

/** Tells each of several. */
export function journals(all: readonly Journal[]): Journal {
  const tell =
    <K extends keyof Journal>(event: K) =>
    (...told: Parameters<Journal[K]>) => {
      for (const journal of all) (journal[event] as (...told: Parameters<Journal[K]>) => void)(...told);
    };
  return {
    takenUp: tell("takenUp"),
    experimentStarted: tell("experimentStarted"),
    stateChanged: tell("stateChanged"),
    targetResolutionStarted: tell("targetResolutionStarted"),
    targetResolved: tell("targetResolved"),
    actionStarted: tell("actionStarted"),
    ruleAdded: tell("ruleAdded"),
    actionFailed: tell("actionFailed"),
    actionEnded: tell("actionEnded"),
    experimentEnded: tell("experimentEnded"),
  };
}
