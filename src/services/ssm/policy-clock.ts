import { announce } from "../../aws/announce.ts";
import { FirstDue } from "../../aws/due.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type ParameterRecord, parameterRecords, removeParameter, versionRecords } from "./parameter.ts";
import { keyOfName } from "./parameter-name.ts";
import { nextDue } from "./parameter-policies.ts";

/** Carries out parameters' policies when they are due: one timer, for the first of them. */
export class PolicyClock {
  readonly #host: ServiceHost;
  readonly #due: FirstDue;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#due = new FirstDue(host, () => this.#act());
  }

  /** Sets the timer for what is due first. */
  look(): void {
    this.#due.clear();
    const due = this.#host
      .scopes()
      .map(({ account, region }) => this.#host.store(account, region).collection(parameterRecords))
      .map((parameters) => [...parameters.by("due").values({ limit: 1 })][0]?.dueMs)
      .filter((ms) => ms !== undefined);
    for (const ms of due) this.#due.expect(ms);
  }

  stop(): void {
    this.#due.stop();
  }

  #act(): void {
    const now = this.#host.clock.now();
    for (const place of this.#host.scopes()) {
      const store = this.#host.store(place.account, place.region);
      const due = [...store.collection(parameterRecords).by("due").values()].filter(
        ({ dueMs }) => dueMs !== undefined && dueMs <= now,
      );
      for (const parameter of due) store.transaction(() => this.#carryOut(parameter, place, now));
    }
    this.look();
  }

  #carryOut(parameter: ParameterRecord, place: { account: string; region: string }, now: number): void {
    const store = this.#host.store(place.account, place.region);
    const current = store.collection(versionRecords).get([parameter.arn, parameter.version]);
    if (!current) return;
    const acting = current.policies.filter(({ dueMs, isFinished }) => !isFinished && dueMs <= now);
    for (const { type, text } of acting) this.#tell(parameter, current.type, { type, text }, place);
    if (acting.some(({ type }) => type === "Expiration")) {
      removeParameter(parameter, { store });
      return;
    }
    const policies = current.policies.map((policy) =>
      acting.includes(policy) ? { ...policy, isFinished: true } : policy,
    );
    store.collection(versionRecords).put([parameter.arn, current.version], { ...current, policies });
    const { dueMs: _, ...rest } = parameter;
    const dueMs = nextDue(policies);
    store
      .collection(parameterRecords)
      .put(keyOfName(parameter.name), { ...rest, ...(dueMs !== undefined && { dueMs }) });
  }

  /** EventBridge is told, where it is served. https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
  #tell(
    { name, arn }: ParameterRecord,
    parameterType: string,
    { type, text }: { readonly type: string; readonly text: string },
    { account, region }: { account: string; region: string },
  ): void {
    this.#host.log.info(`ssm: the policy ${type} of ${arn} acts`);
    void announce(this.#host, "aws.ssm", { account, region }, () => ({
      detailType: "Parameter Store Policy Action",
      resources: [arn],
      detail: {
        "parameter-name": name,
        "parameter-type": parameterType,
        "policy-type": type,
        "policy-content": text,
        "action-status": "Success",
      },
    }));
  }
}
