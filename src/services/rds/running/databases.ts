import type { Place } from "../../../aws/arn-template.ts";
import { begin, type Lifecycle, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import { Crashes } from "../../../processes/crashes.ts";
import type { Endpoint } from "../../../processes/endpoint.ts";
import { clusterArn, clusterOf, clusterRecords, type DbClusterRecord, membersOf } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceArn, instanceRecords } from "../db-instance.ts";
import { globalsOf } from "../global-cluster.ts";
import { clusterLifecycle, instanceLifecycle } from "../lifecycles.ts";
import { type SnapshotKind, snapshotsOf } from "../snapshot.ts";
import { type At, atPlace, nameIn, placeOf } from "./at.ts";
import { DatabaseEndpoints } from "./database-endpoints.ts";
import { type EventId, tell } from "./events.ts";
import { Replication } from "./replication.ts";
import { Servers } from "./servers.ts";
import { RESTING } from "./states.ts";
import { Storage } from "./storage.ts";

/** The servers of DB instances, and the endpoints that lead to them. All of them end with Squall. */
export class Databases {
  readonly #host: ServiceHost;
  readonly #servers: Servers;
  readonly #endpoints: DatabaseEndpoints;
  readonly #storage: Storage;
  readonly replication: Replication;
  readonly #crashes = new Crashes();
  readonly #background: Background;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#background = new Background(host, "rds");
    this.#servers = new Servers(host, (id, place) => this.#recover(atPlace(this.#host, place), id));
    const servers = this.#servers;
    const endpoints = new DatabaseEndpoints(host, servers);
    const storage = new Storage(servers);
    this.#endpoints = endpoints;
    this.#storage = storage;
    this.replication = new Replication(host, {
      servers,
      endpoints,
      storage,
      signal: this.#background.signal,
      failed: (at, instance, reason) => this.#breakDown(at, instance, reason),
    });
  }

  /** What a former process has left, however it ended: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    for (const place of this.#host.scopes()) {
      const at = atPlace(this.#host, place);
      for (const kind of ["instance", "cluster"] as const)
        for (const { resourceId } of snapshotsOf(kind, at.store).values()) kept.add(resourceId);
      for (const cluster of at.store.collection(clusterRecords).values()) {
        kept.add(cluster.resourceId);
        if (cluster.pointOf !== undefined) kept.add(cluster.restoredFrom ?? "");
        // One of a global cluster that is being handed over goes on with that.
        if (!this.#isMoving(at, cluster))
          this.replication
            .inTurn(at, cluster.id, () => this.replication.restore(at, cluster.id))
            .catch((error: unknown) => this.#host.log.error(`rds: ${cluster.id} cannot go on`, error));
        if (cluster.state !== "available") this.#followCluster(at, cluster);
      }
      // In the order in which they were made: a writer comes before its readers.
      const instances = [...at.store.collection(instanceRecords).values()].sort(
        (a, b) => a.createdMs - b.createdMs,
      );
      for (const instance of instances) {
        kept.add(instance.resourceId);
        if (instance.pointOf !== undefined) kept.add(instance.restoredFrom ?? "");
        if (Object.hasOwn(instanceLifecycle.stages, instance.state)) this.#follow(at, instance);
        else if (instance.state === "available" && instance.clusterId === undefined)
          this.#act(at, instance.id, instance.turn, () =>
            this.replication.inTurn(at, instance.id, () => this.replication.startAgain(at, instance)),
          );
      }
    }
    this.#servers.sweep(kept);
  }

  #isMoving({ account }: At, { globalCluster }: DbClusterRecord): boolean {
    return (
      globalCluster !== undefined && globalsOf(this.#host, account).get([globalCluster])?.move !== undefined
    );
  }

  /** Has an instance go to a state, and on from there by itself. */
  go(
    place: Place,
    instance: DbInstanceRecord,
    state: keyof typeof instanceLifecycle.stages,
  ): DbInstanceRecord {
    const at = atPlace(this.#host, place);
    const transition = this.#begin(instanceLifecycle, state, instanceArn(instance.id, at), at);
    const gone = { ...instance, state, transition, turn: instance.turn + 1 };
    at.store.collection(instanceRecords).put([instance.id], gone);
    this.#follow(at, gone);
    return gone;
  }

  goCluster(
    place: Place,
    cluster: DbClusterRecord,
    state: keyof typeof clusterLifecycle.stages,
    target?: string,
  ): DbClusterRecord {
    const at = atPlace(this.#host, place);
    const transition = this.#begin(clusterLifecycle, state, clusterArn(cluster.id, at), at);
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1, heir: target };
    at.store.collection(clusterRecords).put([cluster.id], gone);
    this.#followCluster(at, gone);
    return gone;
  }

  /** Has a read replica leave its source, which is going: it is promoted, but for one of another Region, which nothing comes to any more. */
  leave(arn: string, source: Place): void {
    const at = atPlace(this.#host, placeOf(arn));
    const replica = at.store.collection(instanceRecords).get([nameIn(arn)]);
    if (!replica || replica.state === "deleting") return;
    if (at.region === source.region) this.go(at, replica, "modifying");
    else at.store.collection(instanceRecords).put([replica.id], { ...replica, isCutOff: true });
  }

  /** Where an instance is found. */
  endpoint(place: Place, instance: Pick<DbInstanceRecord, "id" | "port">): Endpoint {
    return this.#endpoints.of(place, instance);
  }

  /** Where the writer and the readers of a cluster are found. */
  clusterEndpoints(place: Place, cluster: Pick<DbClusterRecord, "id" | "port">) {
    return this.#endpoints.ofCluster(place, cluster);
  }

  /** Changes a password where it counts. */
  async setPassword(place: Place, instance: DbInstanceRecord, password: string): Promise<void> {
    const server = await this.#servers.up(instance.id, place);
    await server?.setPassword(instance.masterUsername, password);
  }

  /** Leaves what an instance or a cluster holds in a folder. */
  async save(kind: SnapshotKind, place: Place, id: string, resourceId: string): Promise<void> {
    const at = atPlace(this.#host, place);
    const instance = kind === "instance" ? at.store.collection(instanceRecords).get([id]) : undefined;
    await this.replication.inTurn(at, instance?.clusterId ?? id, async () => {
      if (!this.#background.isOver) await this.#storage.save(instance ?? id, at, resourceId);
    });
  }

  /** Removes the folder of a snapshot. */
  removeFolder(resourceId: string): void {
    this.#storage.remove(resourceId);
  }

  async stop(): Promise<void> {
    this.#background.stop();
    this.#endpoints.closeAll();
    await this.#servers.stop();
  }

  #begin<L extends Lifecycle>(
    lifecycle: L,
    state: keyof L["stages"] & string,
    arn: string,
    { account, region }: Place,
  ) {
    return begin(lifecycle, state, arn, { account, region }, this.#host);
  }

  #follow(at: At, { id, turn }: DbInstanceRecord): void {
    this.#act(at, id, turn, async (instance) => {
      // What RDS takes its time for is done at once, and shown when its time is over.
      const failure = await reasonOf(
        this.replication.withClusters(turnsOf(instance, at), () => this.#do(at, instance)),
      );
      const held = await whenOver(instance.transition, this.#host, this.#background.signal);
      const current = this.#background.isOver ? undefined : at.store.collection(instanceRecords).get([id]);
      if (current?.turn !== turn) return;
      const reason = held ?? failure;
      if (reason !== undefined) {
        this.#breakDown(at, current, reason);
      } else if (instance.state === "deleting") this.#forget(at, current);
      else {
        const state = instance.state === "stopping" ? "stopped" : "available";
        this.#settle(at, current, {
          state,
          failure: undefined,
          isRebootPending: false,
          isClusterRebootPending: false,
          ...(instance.state === "creating" && this.#forgetPoint(current)),
          ...(instance.state === "modifying" && { source: undefined, isCutOff: false }),
        });
        if (instance.state === "rebooting") this.#tell(at, id, "RDS-EVENT-0006", "DB instance restarted");
        if (instance.state === "creating") this.#tell(at, id, "RDS-EVENT-0005", "DB instance created");
      }
    });
  }

  #act(place: Place, id: string, turn: number, act: (instance: DbInstanceRecord) => Promise<void>): void {
    this.#background.begin(id, async () => {
      const instance = atPlace(this.#host, place).store.collection(instanceRecords).get([id]);
      if (instance?.turn === turn) await act(instance);
    });
  }

  /**
   * A server that has ended by itself runs again, as on RDS, with all that was acknowledged. One that ends again and again has failed.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html: recovery
   */
  #recover(at: At, id: string): void {
    const instances = at.store.collection(instanceRecords);
    const isToRun = (instance: DbInstanceRecord | undefined): instance is DbInstanceRecord =>
      !this.#background.isOver && instance !== undefined && !RESTING.includes(instance.state);
    const crashed = instances.get([id]);
    if (!isToRun(crashed)) return;
    this.#host.log.warn(`rds: ${id} has ended by itself, and is started again`);
    const work = this.#host.atWork();
    const recovery = this.replication.inTurn(at, crashed.clusterId ?? id, async () => {
      const instance = instances.get([id]);
      // What has been under way may have started it already.
      if (!isToRun(instance) || this.#servers.running(id, at)) return;
      this.endpoint(at, instance).close();
      await this.replication.lead(at, instance);
      this.#tell(at, id, "RDS-EVENT-0020", RECOVERING);
      const failure = this.#crashes.areTooMany(instance.resourceId)
        ? "Its server ends by itself again and again."
        : await reasonOf(this.replication.start(at, instance));
      const current = instances.get([id]);
      if (!isToRun(current)) return;
      if (failure === undefined) this.#tell(at, id, "RDS-EVENT-0021", RECOVERED);
      else this.#breakDown(at, current, failure, "failed");
    });
    recovery
      .catch((error: unknown) => this.#host.log.error(`rds: ${id} cannot go on`, error))
      .finally(() => work[Symbol.dispose]());
  }

  async #do(at: At, instance: DbInstanceRecord): Promise<void> {
    if (this.#background.isOver) return;
    if (instance.state === "creating") {
      await this.#leavePoint(at, instance);
      await this.replication.create(at, instance);
    } else if (instance.state === "starting") await this.replication.start(at, instance);
    else if (instance.state === "modifying") await this.replication.promoteReplica(at, instance);
    else {
      const cluster = instance.state === "deleting" ? clusterOf(instance, at.store) : undefined;
      // A writer that goes leaves the cluster to a reader.
      if (cluster?.writer === instance.id) await this.replication.failOver(at, cluster.id);
      if (instance.state === "deleting") await this.replication.handOn(at, instance);
      await this.replication.rest(at, instance);
      if (instance.state === "rebooting") await this.replication.start(at, instance);
      if (instance.state === "deleting") {
        // A cluster outlives its last instance, and what it holds.
        await this.#storage.keep(instance, at);
        await this.#servers.of(instance, at).remove();
      }
    }
  }

  #followCluster(at: At, { id, turn }: DbClusterRecord): void {
    this.#background.begin(id, async () => {
      const clusters = at.store.collection(clusterRecords);
      const cluster = clusters.get([id]);
      if (cluster?.turn !== turn) return;
      if (cluster.state === "failing-over")
        await this.replication
          .inTurn(at, id, () => this.replication.failOver(at, id, cluster.heir))
          .catch((error: unknown) => this.#host.log.error(`rds: ${id} has not failed over`, error));
      const { restoredFrom } = cluster;
      if (cluster.state === "creating" && restoredFrom !== undefined)
        await this.replication
          .withClusters(turnsOfCluster(cluster, at), async () => {
            const storage = this.#servers.storageOf(cluster);
            if (storage.isThere) return;
            await this.#leavePoint(at, cluster);
            await storage.restore(this.#servers.folder(restoredFrom));
          })
          .catch((error: unknown) => this.#host.log.error(`rds: ${id} is not restored`, error));
      await whenOver(cluster.transition, this.#host, this.#background.signal);
      const current = this.#background.isOver ? undefined : clusters.get([id]);
      if (current?.turn !== turn) return;
      if (cluster.state === "deleting")
        // Its last snapshot is taken first.
        await this.replication.inTurn(at, id, async () => {
          const { writer, reader } = this.clusterEndpoints(at, cluster);
          writer.close();
          reader.close();
          this.#storage.remove(cluster.resourceId);
          this.#forgetPoint(current);
          clusters.delete([id]);
        });
      else {
        const settled = {
          state: "available",
          transition: undefined,
          heir: undefined,
          ...(cluster.state === "creating" && this.#forgetPoint(current)),
        };
        clusters.put([id], { ...current, ...settled, turn: turn + 1 });
      }
    });
  }

  /** Leaves what a database is now in the folder that another begins with, which is restored to that point. */
  async #leavePoint(at: At, { pointOf, restoredFrom }: DbInstanceRecord | DbClusterRecord): Promise<void> {
    if (pointOf === undefined || restoredFrom === undefined) return;
    const id = nameIn(pointOf);
    const of = pointOf === clusterArn(id, at) ? id : at.store.collection(instanceRecords).get([id]);
    if (!of) throw new Error(`${id} is not there any more.`);
    await this.#storage.save(of, at, restoredFrom);
  }

  /** Who has been made of a point needs its folder no more. */
  #forgetPoint({ pointOf, restoredFrom }: DbInstanceRecord | DbClusterRecord) {
    if (pointOf === undefined || restoredFrom === undefined) return {};
    this.#storage.remove(restoredFrom);
    return { pointOf: undefined, restoredFrom: undefined };
  }

  #settle(at: At, instance: DbInstanceRecord, change: Partial<DbInstanceRecord>): void {
    at.store
      .collection(instanceRecords)
      .put([instance.id], { ...instance, ...change, transition: undefined, turn: instance.turn + 1 });
  }

  /** Something is wrong with it that its user has to mend, or cannot. */
  #breakDown(at: At, instance: DbInstanceRecord, failure: string, state?: "failed"): void {
    this.#host.log.error(`rds: ${instance.id} has failed: ${failure}`);
    const isMade = instance.state !== "creating" && this.#servers.isThere(instance, at);
    const broken = state ?? (isMade ? "incompatible-parameters" : "failed");
    this.#settle(at, instance, { state: broken, failure });
  }

  #forget(at: At, instance: DbInstanceRecord): void {
    at.store.collection(instanceRecords).delete([instance.id]);
    this.#forgetPoint(instance);
    this.#servers.forget(instance.id, at);
    this.#crashes.forget(instance.resourceId);
    this.#endpoints.forget(instanceArn(instance.id, at));
    const cluster = clusterOf(instance, at.store);
    if (cluster?.writer === instance.id) {
      const next = membersOf(cluster.id, at.store)[0]?.id;
      at.store.collection(clusterRecords).put([cluster.id], { ...cluster, writer: next });
    }
    this.#tell(at, instance.id, "RDS-EVENT-0003", "DB instance deleted");
  }

  #tell(at: At, id: string, eventId: EventId, message: string): void {
    tell(this.#host, at, id, eventId, message);
  }
}

/** What is done with a read replica when it is made or promoted is done with its source as well; so it is with whom another is made of. */
function turnsOf(instance: DbInstanceRecord, at: At): string[] {
  const { id, source, pointOf, state } = instance;
  const cluster = clusterOf(instance, at.store);
  if (cluster) {
    const copied = state === "creating" ? cluster.source : undefined;
    return [...turnsOfCluster(cluster, at), ...(copied === undefined ? [] : [copied])];
  }
  const isWithSource = source !== undefined && (state === "creating" || state === "modifying");
  const isMadeOf = pointOf !== undefined && state === "creating";
  return [instanceArn(id, at), ...(isWithSource ? [source] : []), ...(isMadeOf ? [pointOf] : [])];
}

/** As long as a cluster is not there, whom it is made of is in its turns. */
const turnsOfCluster = ({ id, pointOf }: DbClusterRecord, at: At): string[] => [
  clusterArn(id, at),
  ...(pointOf === undefined ? [] : [pointOf]),
];

const RECOVERING =
  "Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.";
const RECOVERED = "Recovery of the DB instance is complete.";
