import { Owing } from "../../aws/owing.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Collection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import {
  type ActionStatus,
  EXPERIMENTS,
  type Experiment,
  type ExperimentAction,
  type ExperimentError,
  type ExperimentStatus,
  isOver,
} from "./experiment.ts";
import type { Place } from "./ids.ts";
import type { Journal } from "./journal.ts";

/** The longest reason that FIS gives. */
const REASON_LENGTH = 512;

/** How far an experiment has got, as it lies in the store: every change is written there and told to the journal. */
export class Progress {
  readonly #id: string;
  readonly #place: Place;
  readonly #journal: Journal;
  readonly #experiments: Collection<Experiment>;
  readonly #owing: Owing<Experiment>;
  readonly #now: () => number;

  constructor(id: string, place: Place, { host, journal }: { host: ServiceHost; journal: Journal }) {
    this.#id = id;
    this.#place = place;
    this.#journal = journal;
    this.#experiments = host.store(place.account, place.region).collection(EXPERIMENTS);
    this.#owing = new Owing(host, this.#experiments, [id]);
    this.#now = () => host.clock.now();
  }

  /** False when the store could not keep the experiment, or has been emptied. */
  get isKept(): boolean {
    return this.#experiments.has([this.#id]);
  }

  get experiment(): Experiment {
    return sure(this.#owing.record);
  }

  change(fields: Partial<Experiment>): void {
    this.#owing.change(fields);
  }

  setState(status: ExperimentStatus, reason: string, error?: ExperimentError): void {
    const before = this.experiment.state;
    this.change({
      state: { status, reason: reason.slice(0, REASON_LENGTH), ...(error && { error }) },
      ...(isOver(status) && { endedAtMs: this.#now() }),
    });
    this.#journal.stateChanged(this.experiment, before);
  }

  setAction(name: string, state: { status: ActionStatus; reason: string }): void {
    const { actions } = this.experiment;
    const action: ExperimentAction = {
      ...sure(actions[name]),
      state,
      ...(state.status === "initiating" && { startedAtMs: this.#now() }),
      ...(isOver(state.status) && state.status !== "cancelled" && { endedAtMs: this.#now() }),
    };
    this.change({ actions: { ...actions, [name]: action } });
  }

  /** @param code of an action that failed */
  endAction(name: string, status: ActionStatus, reason: string, code?: string): void {
    this.setAction(name, { status, reason: reason.slice(0, REASON_LENGTH) });
    const action = sure(this.experiment.actions[name]);
    if (code !== undefined) {
      const error = { accountId: this.#place.account, code, location: `actions.${name}` };
      this.#journal.actionFailed(name, action, error);
    }
    this.#journal.actionEnded(name, action);
  }
}
