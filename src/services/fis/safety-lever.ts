import type { Handlers, ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { leverIsEngaging, safetyLeverNotFound } from "./errors.ts";
import { arnOf, type Place } from "./ids.ts";
import type { Runs } from "./runs.ts";

interface LeverState {
  readonly status: "disengaged" | "engaging" | "engaged";
  readonly reason: string;
}

/** One an account and region, under `default`. */
const LEVERS = defineCollection<LeverState>({ name: "safety-levers" });

/** The safety lever stops every experiment and keeps new ones from starting: https://docs.aws.amazon.com/fis/latest/userguide/safety-lever.html */
export const safetyLever = (runs: Runs): Handlers<FIS.Operations> => ({
  GetSafetyLever({ id }, ctx) {
    return { safetyLever: lever(id, ctx.store, ctx) };
  },

  UpdateSafetyLeverState({ id, state }, ctx) {
    const { store } = ctx;
    if (lever(id, store, ctx).state?.status === "engaging") throw leverIsEngaging();
    const put = (status: LeverState["status"]) =>
      store.collection(LEVERS).put([id], { status, reason: state.reason });
    if (state.status === "disengaged") {
      put("disengaged");
    } else {
      const running = runs.in(ctx);
      put(running.length > 0 ? "engaging" : "engaged");
      const answer = lever(id, store, ctx);
      const ending = { status: "stopped", reason: "Experiment stopped by the safety lever." } as const;
      void Promise.all(running.map((run) => run.end(ending))).then(() => {
        if (running.some((run) => run.isInterrupted)) return;
        if (leverStatus(store) === "engaging") put("engaged");
      });
      return { safetyLever: answer };
    }
    return { safetyLever: lever(id, store, ctx) };
  },
});

/** What was being engaged when an earlier process ended is engaged: nothing runs any more. */
export function engageLevers(host: ServiceHost): void {
  for (const { account, region } of host.scopes()) {
    const levers = host.store(account, region).collection(LEVERS);
    for (const { key, value } of [...levers.entries()])
      if (value.status === "engaging") levers.put(key, { ...value, status: "engaged" });
  }
}

export function leverStatus(store: Store): LeverState["status"] {
  return store.collection(LEVERS).get(["default"])?.status ?? "disengaged";
}

/** @throws ResourceNotFoundException */
function lever(id: string, store: Store, place: Place): FIS.SafetyLever {
  if (id !== "default") throw safetyLeverNotFound(id);
  const state = store.collection(LEVERS).get([id]) ?? {
    status: "disengaged",
    reason: "Safety lever is disengaged.",
  };
  return { id, arn: arnOf("safety-lever", id, place), state };
}
