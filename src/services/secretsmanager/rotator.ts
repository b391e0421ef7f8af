import { announceServiceEvent } from "../../aws/cloudtrail-event.ts";
import { Dues, onceSettled, untilKept, whenKept } from "../../aws/due.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { isStoreFailure, type Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import { ROTATE, STEPS } from "./fault-points.ts";
import { nextRotation } from "./schedule.ts";
import { type Secret, saveSecret, secretRecords, secretValues, staged } from "./secret.ts";
import { CURRENT, moveStages, PENDING, withoutStage } from "./stages.ts";
import { givenValue, openValue, sealValue } from "./values.ts";

/** What rotates secrets: it calls their function once for each step, and knows when each secret is due. */
export class Rotator {
  readonly #host: ServiceHost;
  readonly #dues: Dues;
  #stopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#dues = new Dues(host);
  }

  start(): void {
    for (const { account, region } of this.#host.scopes()) {
      const store = this.#host.store(account, region);
      for (const secret of [...store.collection(secretRecords).values()]) {
        // What a former process was trying out when it ended.
        for (const [id, { isTrial }] of Object.entries(secret.versions))
          if (isTrial) endTrial(secret, id, store);
        this.schedule(secret);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#dues.stop();
  }

  /** A secret's rotation is another now, or that could not be kept: it is waited for as it is kept. */
  look(arn: string): void {
    onceSettled(this.#host.storage, () => {
      const kept = this.#find(arn);
      if (kept) this.schedule(kept);
      else this.#dues.clear(arn);
    });
  }

  /** Waits for a secret's next rotation, instead of for what was planned before. */
  schedule({ arn, rotation }: Secret): void {
    this.#dues.clear(arn);
    if (this.#stopped || !rotation?.isEnabled || rotation.nextMs === undefined) return;
    this.#dues.set(arn, rotation.nextMs, () => this.#due(arn));
  }

  #due(arn: string): void {
    const secret = this.#find(arn);
    if (!secret?.rotation?.isEnabled || secret.deletion) return;
    const { nextMs } = secret.rotation;
    if (nextMs === undefined || nextMs > this.#host.clock.now()) {
      this.schedule(secret);
      return;
    }
    const token = pendingRotation(secret) ?? this.#host.random.uuid();
    const begun = beginRotation(secret, token, this.#host.clock.now());
    saveSecret(this.#store(arn), begun);
    this.schedule(begun);
    whenKept(this.#host.storage, () => void this.run(arn, token));
  }

  /**
   * The four steps, one after the other. One that fails ends it: AWSPENDING stays where it is, for the next try.
   * @param parentId the call that asked for it, if one did
   */
  async run(arn: string, token: string, parentId?: string): Promise<void> {
    const { generation } = this.#store(arn);
    const tell = (eventName: string) => this.#tell(eventName, arn, parentId);
    tell("RotationStarted");
    for (const step of STEPS) {
      const functionArn = this.#find(arn)?.rotation?.functionArn;
      if (functionArn === undefined || this.#stopped || this.#store(arn).generation !== generation) return;
      if (await this.#step(step, functionArn, { arn, token, parentId })) continue;
      if (!this.#stopped) tell("RotationFailed");
      return;
    }
    untilKept(this.#host, () => {
      if (this.#stopped || this.#store(arn).generation !== generation) return;
      const isDone = this.#finish(arn, token);
      whenKept(this.#host.storage, () => tell(isDone ? "RotationSucceeded" : "RotationFailed"));
    });
  }

  /** @returns whether the function has brought the version to be the current one */
  #finish(arn: string, token: string): boolean {
    const secret = this.#find(arn);
    if (!secret?.rotation || !secret.versions[token]?.stages.includes(CURRENT)) return false;
    const nowMs = this.#host.clock.now();
    const done = withoutStage(secret, token, PENDING);
    saveSecret(this.#store(arn), {
      ...done,
      rotation: { ...secret.rotation, lastMs: nowMs },
      changedAtMs: nowMs,
    });
    return true;
  }

  /**
   * Whether the function could rotate: it is called for `testSecret` alone, with a pending version that has the current value and
   * is there for as long. That it has the current value is inferred: AWS's own functions read it then.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
   */
  async tryOut(arn: string, token: string, ctx: Context): Promise<void> {
    const store = this.#store(arn);
    const { generation } = store;
    const parentId = ctx.id;
    this.#tell("TestRotationStarted", arn, parentId);
    const isWell = await this.#withPending(arn, token, ctx, async () => {
      const functionArn = this.#find(arn)?.rotation?.functionArn;
      return (
        functionArn !== undefined && (await this.#step("testSecret", functionArn, { arn, token, parentId }))
      );
    });
    if (!this.#stopped && store.generation === generation)
      this.#tell(isWell ? "TestRotationSucceeded" : "TestRotationFailed", arn, parentId);
  }

  /** With a pending version of the current value, which goes again. */
  async #withPending(
    arn: string,
    token: string,
    ctx: Context,
    test: () => Promise<boolean>,
  ): Promise<boolean> {
    const store = this.#store(arn);
    const { generation } = store;
    const before = this.#find(arn);
    const current = before && staged(before, CURRENT);
    if (!before || current === undefined || before.versions[token]) return false;
    try {
      const value = givenValue(await openValue(before, current, store, ctx));
      const sealed = value && (await sealValue(before, token, value, ctx));
      if (this.#stopped || store.generation !== generation) return false;
      const secret = this.#find(arn);
      if (!sealed || !secret || pendingRotation(secret) !== undefined) return false;
      const { kmsKeyId } = secret;
      const version = {
        createdAtMs: this.#host.clock.now(),
        stages: [],
        isTrial: true as const,
        ...(kmsKeyId && { kmsKeyId }),
      };
      store.transaction(() => {
        const versions = { ...secret.versions, [token]: version };
        saveSecret(store, moveStages({ ...secret, versions }, token, [PENDING]));
        store.collection(secretValues).put([secret.name, token], sealed);
      });
      return await test();
    } catch (error) {
      if (error instanceof AwsError) return false;
      if (!isStoreFailure(error)) throw error;
      this.#host.log.error(`The function of ${arn} was not tried out.`, error);
      return false;
    } finally {
      untilKept(this.#host, () => {
        const after = this.#stopped || store.generation !== generation ? undefined : this.#find(arn);
        if (after?.versions[token]?.isTrial) endTrial(after, token, store);
      });
    }
  }

  /** @returns whether it went well */
  async #step(
    step: string,
    functionArn: string,
    { arn, token, parentId }: { arn: string; token: string; parentId: string | undefined },
  ): Promise<boolean> {
    const { account, region } = partsOf(arn);
    const hits = this.#host.hits(ROTATE, { resource: arn, operation: step }, { account, region });
    if (hits.some(({ effect }) => effect === "fail")) return false;
    const event = { Step: step, SecretId: arn, ClientRequestToken: token };
    try {
      const { FunctionError } = await this.#host.call<{ FunctionError?: string }>(
        "lambda",
        "Invoke",
        { FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(event)) },
        {
          account,
          region,
          as: "secretsmanager.amazonaws.com",
          sourceArn: arn,
          origin: originOf(arn),
          ...(parentId !== undefined && { parentId }),
        },
      );
      return FunctionError === undefined;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#host.log.warn(`The rotation of ${arn} has failed at ${step}: ${error.message}`);
      return false;
    }
  }

  /** CloudTrail hears of it. */
  #tell(eventName: string, arn: string, parentId: string | undefined): void {
    const { account, region } = partsOf(arn);
    announceServiceEvent(
      this.#host,
      "secretsmanager",
      eventName,
      { account, region, origin: originOf(arn), ...(parentId !== undefined && { parentId }) },
      { additionalEventData: { SecretId: arn } },
    );
  }

  #store(arn: string) {
    const { account, region } = partsOf(arn);
    return this.#host.store(account, region);
  }

  #find(arn: string): Secret | undefined {
    const name = partsOf(arn)
      .resource.replace(/^secret:/, "")
      .replace(/-\w{6}$/, "");
    const secret = this.#store(arn).collection(secretRecords).get([name]);
    return secret?.arn === arn ? secret : undefined;
  }
}

function endTrial(secret: Secret, id: string, store: Store): void {
  store.transaction(() => {
    const { [id]: _, ...versions } = secret.versions;
    saveSecret(store, { ...secret, versions });
    store.collection(secretValues).delete([secret.name, id]);
  });
}

const originOf = (arn: string): string => `rotation(${partsOf(arn).resource})`;

/** The version of a rotation that has not come to its end; one that is tried out is none. */
export function pendingRotation(secret: Secret): string | undefined {
  const id = staged(secret, PENDING);
  const { isTrial = false, stages = [] } = secret.versions[id ?? ""] ?? {};
  return isTrial || stages.includes(CURRENT) ? undefined : id;
}

/** Names the version that the function is to make, and when the next one is due. */
export function beginRotation(secret: Secret, token: string, nowMs: number): Secret {
  const versions = secret.versions[token]
    ? secret.versions
    : { ...secret.versions, [token]: { createdAtMs: nowMs, stages: [], isEmpty: true as const } };
  const nextMs = nextRotation(secret.rotation?.rules ?? {}, nowMs);
  const pending = moveStages({ ...secret, versions }, token, [PENDING]);
  return {
    ...pending,
    rotation: { ...sure(secret.rotation), ...(nextMs !== undefined && { nextMs }) },
  };
}
