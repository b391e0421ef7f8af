import type { ServiceHost } from "../../../core/service.ts";
import { Machine } from "../../../processes/machine.ts";
import { type InstanceRecord, instanceRecords } from "./instance.ts";

const YEAR_MS = 365 * 86_400_000;
const HEX = 16;

/** What is said of a new instance. */
export interface NewInstance {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  readonly role?: string;
  readonly memoryMB?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export type InstanceMachine = Machine<InstanceRecord>;

/** The instances that run. All of them end with Squall; those that are kept boot again with it. */
export class Machines {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, InstanceMachine>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Boots what is kept. */
  resume(): void {
    for (const { account, region } of this.#host.scopes())
      for (const instance of this.#host.store(account, region).collection(instanceRecords).values())
        this.#boot(instance);
  }

  add({ role, memoryMB, ...given }: NewInstance): InstanceMachine {
    const id = `i-0${this.#host.random.hex(HEX)}`;
    const instance: InstanceRecord = {
      ...given,
      id,
      role: role ?? `arn:aws:iam::${given.account}:role/instance-${given.name}`,
      ...(memoryMB !== undefined && { memoryMB }),
      registeredMs: this.#host.clock.now(),
    };
    this.#host.store(given.account, given.region).collection(instanceRecords).put([id], instance);
    return this.#boot(instance);
  }

  get(id: string): InstanceMachine | undefined {
    return this.#running.get(id);
  }

  all(): Iterable<InstanceMachine> {
    return this.#running.values();
  }

  /** Ends an instance for good. */
  remove({ instance }: InstanceMachine): void {
    this.#host.store(instance.account, instance.region).collection(instanceRecords).delete([instance.id]);
    this.#end(instance.id);
  }

  stop(): void {
    for (const id of [...this.#running.keys()]) this.#end(id);
  }

  #end(id: string): void {
    const machine = this.#running.get(id);
    if (!machine) return;
    this.#running.delete(id);
    machine.end();
    this.#host.credentials.delete(machine.accessKeyId);
  }

  #boot(instance: InstanceRecord): InstanceMachine {
    const { account, region, id, role, name } = instance;
    const credential = this.#host.credentials.issueForRole(role, { account, name: id }, YEAR_MS);
    const machine = new Machine(instance, credential.accessKeyId, {
      AWS_ENDPOINT_URL: this.#host.endpoint.loopback(),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      AWS_SESSION_TOKEN: credential.sessionToken ?? "",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SSM_INSTANCE_ID: id,
      AWS_SSM_REGION_NAME: region,
    });
    this.#running.set(id, machine);
    const log = this.#host.log.named(`squall.instances.${name}`);
    void machine.boot((line) => log.info(line));
    return machine;
  }
}
