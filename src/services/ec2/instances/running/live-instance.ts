import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "../../../../aws/arn-template.ts";
import { sessionLifetimeMs } from "../../../../aws/session-lifetime.ts";
import type { Credential } from "../../../../core/credentials.ts";
import type { ServiceHost } from "../../../../core/service.ts";
import type { Store } from "../../../../core/storage.ts";
import { behindLast } from "../../../../core/text.ts";
import { loopbackFor } from "../../../../processes/loopback-address.ts";
import { Machine } from "../../../../processes/machine.ts";
import type { RunningInstance } from "../../../../processes/running-instances.ts";
import { look } from "../../kind.ts";
import { type InstanceRecord, instances } from "../instance.ts";
import { instanceType } from "../instance-type.ts";
import { requestOf } from "../spot-request.ts";
import type { Console } from "./console.ts";
import { InstanceFaults } from "./instance-faults.ts";
import { MetadataService } from "./metadata-service.ts";
import { metadataTree } from "./metadata-tree.ts";
import { userDataCommand } from "./user-data.ts";

/** Commands that an instance has for those of this machine: package managers that change nothing, and sudo. */
const COMMANDS = fileURLToPath(new URL("../../../../../runtimes/machine", import.meta.url));
const SESSION_MS = 6 * 3_600_000;
const YEAR_MS = 365 * 86_400_000;
/** Credentials that have not so long to go any more are made anew. */
const RENEWED_MS = 900_000;
/** What processes have between being asked to end and being ended. */
const SHUTDOWN_GRACE_MS = 5_000;

/** What an instance that runs needs of the world. */
export interface InstanceWorld {
  readonly host: ServiceHost;
  readonly console: Console;
  /** Its time on the Spot market is over. */
  interrupt(id: string): void;
}

/** An instance that runs: a process group, with metadata of its own. */
export class LiveInstance implements RunningInstance {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly startedMs: number;
  readonly #world: InstanceWorld;
  readonly #store: Store;
  readonly #faults: InstanceFaults;
  readonly #metadata: MetadataService;
  readonly machine: Machine;
  #credential: Credential | undefined;
  #role: string;

  private constructor(
    { account, region }: Place,
    record: InstanceRecord,
    world: InstanceWorld,
    open: { readonly metadata: MetadataService; readonly role: string },
  ) {
    this.id = record.id;
    this.account = account;
    this.region = region;
    this.#world = world;
    this.#store = world.host.store(account, region);
    this.startedMs = world.host.clock.now();
    this.#metadata = open.metadata;
    this.#role = open.role;
    this.machine = this.#makeMachine(record);
    this.#faults = new InstanceFaults(world.host, {
      place: { account, region },
      id: record.id,
      machine: this.machine,
      find: () => this.record,
      interruption: () => requestOf(record.id, this.#at)?.interruption,
      interrupt: () => world.interrupt(record.id),
    });
  }

  /** Boots: its metadata are there before its first process is. */
  static async boot(place: Place, record: InstanceRecord, world: InstanceWorld): Promise<LiveInstance> {
    const { host } = world;
    let live: LiveInstance | undefined;
    const metadata = await MetadataService.open(
      {
        options: () => live?.record?.metadata ?? record.metadata,
        read: async () => (live ? live.#tree() : {}),
      },
      host,
    );
    const role = await roleOf(place, record, host);
    live = new LiveInstance(place, record, world, { metadata, role });
    const log = host.log.named(`squall.ec2.${record.process?.name ?? record.id}`);
    const say = (line: string) => {
      log.info(line);
      world.console.write(line, host.clock.now());
    };
    void live.machine.boot(say);
    live.lookForFaults();
    return live;
  }

  /** As it is kept; undefined when it is gone. */
  get record(): InstanceRecord | undefined {
    return look(instances, this.id, this.#at);
  }

  get role(): string {
    return this.#role;
  }

  tags(): Readonly<Record<string, string>> {
    return this.record?.tags ?? {};
  }

  /** Rules have come or gone, or what it has. */
  lookForFaults(): void {
    this.#faults.look();
  }

  /** Resolves when no process of it is left. */
  async shutDown(): Promise<void> {
    this.#faults.end();
    await this.machine.shutDown(SHUTDOWN_GRACE_MS);
    this.kill();
  }

  /** Ends it at once. */
  kill(): void {
    this.#faults.end();
    this.machine.end();
    this.#metadata.close();
    if (this.#credential) this.#world.host.credentials.delete(this.#credential.accessKeyId);
  }

  get #at() {
    return { account: this.account, region: this.region, store: this.#store };
  }

  async #tree() {
    const { record } = this;
    if (!record) return {};
    this.#role = await roleOf(this.#at, record, this.#world.host);
    const isWithout = record.profile === undefined && record.process === undefined && this.#world.host.strict;
    const credential = isWithout ? undefined : this.#session(record);
    return metadataTree(record, this.#at, { credential, notice: this.#faults.notice });
  }

  /** The credentials of its role; new ones when the old have not long to go. */
  #session(record: InstanceRecord, lifetimeMs = SESSION_MS): Credential {
    const { credentials, clock } = this.#world.host;
    const known = this.#credential;
    const isGood =
      known?.roleArn === this.#role &&
      (known.expiresAt ?? 0) > clock.now() + RENEWED_MS &&
      credentials.find(known.accessKeyId) !== undefined;
    if (known && isGood) return known;
    this.#credential = credentials.issueForRole(
      this.#role,
      {
        account: this.account,
        name: this.id,
        network: { vpcId: record.vpcId, subnetId: record.subnetId },
      },
      sessionLifetimeMs(this.#role, lifetimeMs, (point, subject) =>
        this.#world.host.hits(point, subject, this.#at),
      ),
    );
    return this.#credential;
  }

  #makeMachine(record: InstanceRecord): Machine {
    const { host, console } = this.#world;
    const { process: given } = record;
    const folder = host.scratch(`instance-${record.id}`);
    const memoryMB = given ? given.memoryMB : instanceType(record.instanceType).memoryMB;
    const command =
      given?.command ??
      userDataCommand(record.userData, folder, (line) => console.write(line, host.clock.now()));
    return new Machine(
      {
        id: record.id,
        name: given?.name ?? record.id,
        command,
        cwd: given?.cwd ?? folder,
        // The developer's own environment does not leak in: no SDK is to find real credentials in `~/.aws`.
        environment: given?.environment ?? {
          PATH: [COMMANDS, process.env["PATH"]].join(delimiter),
          LANG: "en_US.UTF-8",
          HOME: folder,
          TMPDIR: folder,
        },
        ...(memoryMB !== undefined && { memoryMB }),
      },
      given ? this.#session(record, YEAR_MS).accessKeyId : "",
      {
        AWS_ENDPOINT_URL: host.endpoint.loopback(),
        AWS_REGION: this.region,
        AWS_DEFAULT_REGION: this.region,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: this.#metadata.url,
        AWS_SSM_INSTANCE_ID: record.id,
        AWS_SSM_REGION_NAME: this.region,
        SQUALL_ADDRESS: loopbackFor(record.privateIp),
        // What comes from a terminal may bring a home with credentials: these are found before those.
        ...(given && this.#keys()),
      },
    );
  }

  #keys(): Record<string, string> {
    const { accessKeyId = "", secretAccessKey = "", sessionToken = "" } = this.#credential ?? {};
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }
}

/** The role of an instance; one without a profile calls all the same, so that its calls are known as its own. */
async function roleOf(
  place: Place,
  { id, profile, process: given }: InstanceRecord,
  host: ServiceHost,
): Promise<string> {
  if (given) return given.role;
  const without = `arn:aws:iam::${place.account}:role/ec2-instance-without-role`;
  if (profile?.Arn === undefined || !host.serves("iam")) return without;
  const { account, region } = place;
  try {
    const { InstanceProfile } = await host.call<{ InstanceProfile: { Roles: { Arn: string }[] } }>(
      "iam",
      "GetInstanceProfile",
      { InstanceProfileName: behindLast("/", profile.Arn) },
      { account, region, origin: `ec2(${id})` },
    );
    return InstanceProfile.Roles[0]?.Arn ?? without;
  } catch (error) {
    host.log.warn(`ec2: the role of ${id} is not known: ${(error as Error).message}`);
    return without;
  }
}
