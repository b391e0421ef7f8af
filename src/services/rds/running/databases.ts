import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../../../aws/arn-template.ts";
import { begin, type Lifecycle, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { reasonOf } from "../../../processes/background.ts";
import { Crashes } from "../../../processes/crashes.ts";
import type { DatabaseServer } from "../../../processes/database-server.ts";
import type { Endpoint } from "../../../processes/endpoint.ts";
import { Turns } from "../../../processes/turns.ts";
import { clusterArn, clusterRecords, type DbClusterRecord, membersOf } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceArn, instanceRecords } from "../db-instance.ts";
import { globalsOf } from "../global-cluster.ts";
import { clusterLifecycle, instanceLifecycle } from "../lifecycles.ts";
import { findGroup } from "../parameter-group.ts";
import { type SnapshotKind, snapshotsOf } from "../snapshot.ts";
import { DatabaseEndpoints } from "./database-endpoints.ts";
import { type EventId, tell } from "./events.ts";
import { Servers } from "./servers.ts";

interface At extends Place {
  readonly store: Store;
}

interface InstanceAt {
  readonly place: Place;
  readonly id: string;
}

/** The servers of DB instances, and the endpoints that lead to them. All of them end with Squall. */
export class Databases {
  readonly #host: ServiceHost;
  readonly #servers: Servers;
  readonly #endpoints: DatabaseEndpoints;
  /** What is being done with each cluster or instance of its own: one thing after the other. */
  readonly #turns = new Turns();
  readonly #crashes = new Crashes();
  readonly #stopped = new AbortController();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#servers = new Servers(host, (id, place) => this.#recover(this.#at(place), id));
    this.#endpoints = new DatabaseEndpoints(host, this.#servers);
  }

  /** What a former process has left, however it ended: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const kind of ["instance", "cluster"] as const)
        for (const { resourceId } of snapshotsOf(kind, at.store).values()) kept.add(resourceId);
      for (const cluster of at.store.collection(clusterRecords).values()) {
        kept.add(cluster.resourceId);
        // One of a global cluster that is being handed over goes on with that.
        if (!this.#isMoving(at, cluster))
          this.#inTurn(at, cluster.id, () => this.restore(at, cluster.id)).catch((error: unknown) =>
            this.#host.log.error(`rds: ${cluster.id} cannot go on`, error),
          );
        if (cluster.state !== "available") this.#followCluster(at, cluster);
      }
      // In the order in which they were made: a writer comes before its readers.
      const instances = [...at.store.collection(instanceRecords).values()].sort(
        (a, b) => a.createdMs - b.createdMs,
      );
      for (const instance of instances) {
        kept.add(instance.resourceId);
        if (Object.hasOwn(instanceLifecycle.stages, instance.state)) this.#follow(at, instance);
        else if (instance.state === "available" && instance.clusterId === undefined)
          this.#act(at, instance.id, instance.turn, () => this.#startAgain(at, instance));
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
    const at = this.#at(place);
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
    const at = this.#at(place);
    const transition = this.#begin(clusterLifecycle, state, clusterArn(cluster.id, at), at);
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1, heir: target };
    at.store.collection(clusterRecords).put([cluster.id], gone);
    this.#followCluster(at, gone);
    return gone;
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
    await this.#servers.running(instance.id, place)?.setPassword(instance.masterUsername, password);
  }

  /** Leaves what an instance or a cluster holds in a folder. */
  async save(kind: SnapshotKind, place: Place, id: string, resourceId: string): Promise<void> {
    const at = this.#at(place);
    const instance = kind === "instance" ? at.store.collection(instanceRecords).get([id]) : undefined;
    const folder = this.#servers.folder(resourceId);
    await this.#inTurn(at, instance?.clusterId ?? id, async () => {
      // An earlier process may have done it.
      if (this.#stopped.signal.aborted || existsSync(join(folder, "data"))) return;
      const server = instance ? this.#servers.of(instance, at) : await this.#storage(at, id);
      await server.save(folder);
    });
  }

  /** Who holds the data of a cluster: its writer, or nobody who runs. */
  async #storage(at: At, id: string): Promise<DatabaseServer> {
    const cluster = at.store.collection(clusterRecords).get([id]);
    if (!cluster) throw new Error(`${id} is not there any more.`);
    const writer = at.store.collection(instanceRecords).get([cluster.writer ?? ""]);
    if (writer && this.#servers.isThere(writer, at)) return this.#servers.of(writer, at);
    const storage = this.#servers.storageOf(cluster);
    if (!storage.isThere) await storage.create(cluster);
    return storage;
  }

  /** Removes the folder of a snapshot, or of a cluster's storage. */
  removeFolder(resourceId: string): void {
    rmSync(this.#servers.folder(resourceId), { recursive: true, force: true });
  }

  /** Does something while nothing else is done with some clusters. @param arns of all of them */
  withClusters(arns: readonly string[], act: () => Promise<void>): Promise<void> {
    // Always in the same order: two that want the same ones do not wait for each other.
    return [...arns]
      .sort()
      .reduceRight((inner, arn) => () => this.#inTurn(placeOf(arn), nameIn(arn), inner), act)();
  }

  /** Of the instances of a cluster that run, the one that becomes its writer. */
  heirOf(place: Place, clusterId: string): string | undefined {
    return membersOf(clusterId, this.#at(place).store)
      .filter(({ id }) => this.#servers.running(id, place))
      .sort((a, b) => a.promotionTier - b.promotionTier)[0]?.id;
  }

  /** Ends a writer. @param heir has all that it has when it ends */
  async endWriter({ place, id }: InstanceAt, heir: InstanceAt | undefined): Promise<void> {
    const at = this.#at(place);
    const writer = at.store.collection(instanceRecords).get([id]);
    if (!writer) return;
    const server = this.#servers.of(writer, at);
    // An earlier process may have had the heir written to before it was ended itself.
    const copy = heir && (await this.#running(heir));
    if (copy?.isCopy) await this.#running({ place, id });
    // Nobody writes any more: what there is to have, the heir is to have.
    this.endpoint(at, writer).close();
    const cluster = this.#clusterOf(at, writer);
    if (cluster) this.clusterEndpoints(at, cluster).writer.close();
    if (copy?.isCopy) await server.whenCaughtUp(copy);
    await server.stop();
  }

  /** Has a copy be written to. */
  async promote(place: Place, id: string): Promise<void> {
    const server = await this.#running({ place, id });
    if (server.isCopy) await server.promote();
  }

  /** The server of an instance, which runs from now on. */
  async #running({ place, id }: InstanceAt): Promise<DatabaseServer> {
    const at = this.#at(place);
    const instance = at.store.collection(instanceRecords).get([id]);
    if (!instance) throw new Error(`${id} is not there any more.`);
    await this.#start(at, instance);
    return this.#servers.of(instance, at);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#endpoints.closeAll();
    await this.#servers.stop();
  }

  #at({ account, region }: Place): At {
    return { account, region, store: this.#host.store(account, region) };
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
        this.#inTurn(at, instance.clusterId ?? id, () => this.#do(at, instance)),
      );
      const held = await whenOver(instance.transition, this.#host, this.#stopped.signal);
      const current = this.#stopped.signal.aborted
        ? undefined
        : at.store.collection(instanceRecords).get([id]);
      if (current?.turn !== turn) return;
      const reason = held ?? failure;
      if (reason !== undefined) {
        this.#breakDown(at, current, reason);
      } else if (instance.state === "deleting") this.#forget(at, current);
      else {
        const state = instance.state === "stopping" ? "stopped" : "available";
        this.#settle(at, current, { state, failure: undefined, isRebootPending: false });
        if (instance.state === "rebooting") this.#tell(at, id, "RDS-EVENT-0006", "DB instance restarted");
        if (instance.state === "creating") this.#tell(at, id, "RDS-EVENT-0005", "DB instance created");
      }
    });
  }

  #act(place: Place, id: string, turn: number, act: (instance: DbInstanceRecord) => Promise<void>): void {
    // The answer of whoever asked for it comes first; what that takes back has never been.
    setImmediate(() => {
      if (this.#stopped.signal.aborted) return;
      const instance = this.#at(place).store.collection(instanceRecords).get([id]);
      if (instance?.turn !== turn) return;
      const work = this.#host.atWork();
      act(instance)
        .catch((error: unknown) => this.#host.log.error(`rds: ${id} cannot go on`, error))
        .finally(() => work[Symbol.dispose]());
    });
  }

  /**
   * A server that has ended by itself runs again, as on RDS, with all that was acknowledged. One that ends again and again has failed.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html: recovery
   */
  #recover(at: At, id: string): void {
    const instances = at.store.collection(instanceRecords);
    const isToRun = (instance: DbInstanceRecord | undefined): instance is DbInstanceRecord =>
      !this.#stopped.signal.aborted && instance !== undefined && !RESTING.includes(instance.state);
    const crashed = instances.get([id]);
    if (!isToRun(crashed)) return;
    this.#host.log.warn(`rds: ${id} has ended by itself, and is started again`);
    const work = this.#host.atWork();
    const recovery = this.#inTurn(at, crashed.clusterId ?? id, async () => {
      const instance = instances.get([id]);
      // What has been under way may have started it already.
      if (!isToRun(instance) || this.#servers.running(id, at)) return;
      this.endpoint(at, instance).close();
      await this.#lead(at, instance.clusterId);
      this.#tell(at, id, "RDS-EVENT-0020", RECOVERING);
      const failure = this.#crashes.areTooMany(instance.resourceId)
        ? "Its server ends by itself again and again."
        : await reasonOf(this.#start(at, instance));
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
    if (this.#stopped.signal.aborted) return;
    if (instance.state === "creating") await this.#create(at, instance);
    else if (instance.state === "starting") await this.#start(at, instance);
    else {
      const cluster = instance.state === "deleting" ? this.#clusterOf(at, instance) : undefined;
      // A writer that goes leaves the cluster to a reader.
      if (cluster?.writer === instance.id) await this.#failOver(at, cluster.id);
      await this.#rest(at, instance);
      if (instance.state === "rebooting") await this.#start(at, instance);
      if (instance.state === "deleting") {
        const server = this.#servers.of(instance, at);
        const left = this.#clusterOf(at, instance);
        // A cluster outlives its last instance, and what it holds.
        if (left?.writer === instance.id && server.isThere)
          await server.save(this.#servers.folder(left.resourceId));
        await server.remove();
      }
    }
  }

  /** Of a cluster the first instance is the writer, and all others are copies of it. What is there already is not made anew. */
  async #create(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#servers.of(instance, at);
    const primary = this.#primaryOf(at, instance);
    if (!server.isThere) {
      if (this.#isToFollow(at, instance) && !primary)
        throw new Error(`The writer of ${instance.clusterId} is not available.`);
      const source = this.#sourceOf(at, instance);
      if (primary) await server.copy(primary);
      else if (source !== undefined) await server.restore(source);
      else await server.create(instance);
    }
    await this.#start(at, instance);
  }

  /** The folder that a writer begins with: of a snapshot, or of what its cluster holds already. */
  #sourceOf(at: At, instance: DbInstanceRecord): string | undefined {
    if (instance.restoredFrom !== undefined) return this.#servers.folder(instance.restoredFrom);
    const cluster = this.#clusterOf(at, instance);
    return cluster && this.#servers.storageOf(cluster).isThere
      ? this.#servers.folder(cluster.resourceId)
      : undefined;
  }

  /** Whom an instance follows, when that runs; undefined for a writer. */
  #primaryOf(at: At, instance: DbInstanceRecord): DatabaseServer | undefined {
    const cluster = this.#clusterOf(at, instance);
    return cluster && this.#isToFollow(at, instance) ? this.#writerOf(at, cluster) : undefined;
  }

  #isToFollow(at: At, instance: DbInstanceRecord): boolean {
    const cluster = this.#clusterOf(at, instance);
    return cluster?.source !== undefined || (cluster?.writer ?? instance.id) !== instance.id;
  }

  /** The server that takes the writes of a cluster, when it runs: in another Region, where the cluster follows one there. */
  #writerOf(at: At, { source, writer }: DbClusterRecord): DatabaseServer | undefined {
    if (source === undefined) return writer === undefined ? undefined : this.#servers.running(writer, at);
    const there = this.#at(placeOf(source));
    const cluster = there.store.collection(clusterRecords).get([nameIn(source)]);
    return cluster?.writer === undefined ? undefined : this.#servers.running(cluster.writer, there);
  }

  /** Has the clusters of other Regions follow a writer that runs again. */
  #haveFollowers(at: At, { clusterId, id }: DbInstanceRecord): void {
    if (clusterId === undefined || at.store.collection(clusterRecords).get([clusterId])?.writer !== id)
      return;
    const arn = clusterArn(clusterId, at);
    for (const place of this.#host.scopes()) {
      const there = this.#at(place);
      for (const cluster of there.store.collection(clusterRecords).values())
        if (cluster.source === arn)
          this.#inTurn(there, cluster.id, () => this.restore(there, cluster.id)).catch((error: unknown) =>
            this.#host.log.error(`rds: ${cluster.id} does not follow ${clusterId}`, error),
          );
    }
  }

  async #start(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#servers.of(instance, at);
    if (!server.isThere)
      throw new Error("Its files are not there any more: they ended with the Squall that had them.");
    if (!server.isRunning)
      await server.start(findGroup(instance.parameterGroup, at.store).parameters, this.#servers.areKept);
    if (this.#stopped.signal.aborted) return server.stop();
    const primary = server.isCopy ? this.#primaryOf(at, instance) : undefined;
    if (primary) await server.follow(primary);
    await this.endpoint(at, instance).open(server.socket);
    await this.#lead(at, instance.clusterId);
    this.#haveFollowers(at, instance);
  }

  /** Starts one that is to run, and says so of one that cannot. @param prepare makes it one that can be started */
  async #startAgain(at: At, instance: DbInstanceRecord, prepare?: () => Promise<void>): Promise<void> {
    try {
      await prepare?.();
      await this.#start(at, instance);
    } catch (error) {
      const current = at.store.collection(instanceRecords).get([instance.id]);
      if (current?.turn === instance.turn && !this.#stopped.signal.aborted)
        this.#breakDown(at, current, (error as Error).message);
    }
  }

  async #rest(at: At, instance: DbInstanceRecord): Promise<void> {
    this.endpoint(at, instance).close();
    const cluster = this.#clusterOf(at, instance);
    if (cluster?.writer === instance.id) this.clusterEndpoints(at, cluster).writer.close();
    await this.#servers.of(instance, at).stop();
    await this.#lead(at, instance.clusterId);
  }

  /** Has the endpoints of a cluster lead to who is its writer and to a reader, or to the writer alone. */
  async #lead(at: At, clusterId: string | undefined): Promise<void> {
    const cluster =
      clusterId === undefined ? undefined : at.store.collection(clusterRecords).get([clusterId]);
    if (!cluster) return;
    const { writer, reader } = this.clusterEndpoints(at, cluster);
    const running = membersOf(cluster.id, at.store).flatMap(({ id }) => {
      const server = this.#servers.running(id, at);
      return server ? [{ id, server }] : [];
    });
    const toWrite = running.find(({ id }) => id === cluster.writer);
    const readers = running.filter(({ id }) => id !== cluster.writer);
    // Who reads stays where they are.
    const toRead = readers.find(({ server }) => server.socket === reader.socket) ?? readers[0] ?? toWrite;
    if (toWrite) await writer.open(toWrite.server.socket);
    else writer.close();
    if (toRead) await reader.open(toRead.server.socket);
    else reader.close();
  }

  #followCluster(at: At, { id, turn }: DbClusterRecord): void {
    setImmediate(() => {
      const clusters = at.store.collection(clusterRecords);
      const cluster = this.#stopped.signal.aborted ? undefined : clusters.get([id]);
      if (cluster?.turn !== turn) return;
      const work = this.#host.atWork();
      const act = async () => {
        if (cluster.state === "failing-over")
          await this.#inTurn(at, id, () => this.#failOver(at, id, cluster.heir)).catch((error: unknown) =>
            this.#host.log.error(`rds: ${id} has not failed over`, error),
          );
        const { restoredFrom } = cluster;
        if (cluster.state === "creating" && restoredFrom !== undefined)
          await this.#inTurn(at, id, async () => {
            const storage = this.#servers.storageOf(cluster);
            if (!storage.isThere) await storage.restore(this.#servers.folder(restoredFrom));
          }).catch((error: unknown) => this.#host.log.error(`rds: ${id} is not restored`, error));
        await whenOver(cluster.transition, this.#host, this.#stopped.signal);
        const current = this.#stopped.signal.aborted ? undefined : clusters.get([id]);
        if (current?.turn !== turn) return;
        if (cluster.state === "deleting")
          // Its last snapshot is taken first.
          await this.#inTurn(at, id, async () => {
            const { writer, reader } = this.clusterEndpoints(at, cluster);
            writer.close();
            reader.close();
            this.removeFolder(cluster.resourceId);
            clusters.delete([id]);
          });
        else {
          const settled = { state: "available", transition: undefined, heir: undefined };
          clusters.put([id], { ...current, ...settled, turn: turn + 1 });
        }
      };
      act()
        .catch((error: unknown) => this.#host.log.error(`rds: ${id} cannot go on`, error))
        .finally(() => work[Symbol.dispose]());
    });
  }

  /**
   * The writer ends in order, so that nothing that was committed is lost; a reader becomes the writer, and the old one its copy.
   * Who is to be the writer is kept before anything is done: whatever ends it half-way, `restore` knows what to make of it.
   */
  async #failOver(at: At, clusterId: string, target?: string): Promise<void> {
    const clusters = at.store.collection(clusterRecords);
    const cluster = clusters.get([clusterId]);
    // It may have been the last thing that an earlier process did.
    if (!cluster || (target !== undefined && cluster.writer === target)) return;
    const members = membersOf(clusterId, at.store).sort((a, b) => a.promotionTier - b.promotionTier);
    const old = members.find(({ id }) => id === cluster.writer);
    const next = members.find(({ id }) =>
      target === undefined
        ? id !== cluster.writer && this.#servers.running(id, at) !== undefined
        : id === target,
    );
    if (!old || !next) return;
    clusters.put([clusterId], { ...cluster, heir: next.id });
    this.#tell(at, clusterId, "RDS-EVENT-0073", `Started failover to DB instance: ${next.id}`);
    try {
      await this.#handOver(at, cluster, old, next);
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#tell(
        at,
        clusterId,
        "RDS-EVENT-0069",
        "Cluster failover failed, check the health of your cluster instances and try again.",
      );
      await this.restore(at, clusterId);
      throw error;
    }
    this.#tell(at, clusterId, "RDS-EVENT-0071", `Completed failover to DB instance: ${next.id}`);
    await this.restore(at, clusterId);
  }

  async #handOver(
    at: At,
    cluster: DbClusterRecord,
    old: DbInstanceRecord,
    next: DbInstanceRecord,
  ): Promise<void> {
    this.clusterEndpoints(at, cluster).writer.close();
    this.endpoint(at, old).close();
    const [oldServer, nextServer] = [this.#servers.of(old, at), this.#servers.of(next, at)];
    // Nobody writes any more: what there is to have, the reader is to have.
    if (oldServer.isRunning) await oldServer.whenCaughtUp(nextServer);
    await oldServer.stop();
    await nextServer.promote();
    const clusters = at.store.collection(clusterRecords);
    const current = clusters.get([cluster.id]);
    if (current) clusters.put([cluster.id], { ...current, writer: next.id });
    await this.#lead(at, cluster.id);
  }

  /**
   * Makes a cluster whole, whatever a killed process or a failover has left of it. Its writer is whom it was to be handed over to, if
   * that takes writes already: then nothing is written to the old one any more. Who follows nobody else, or is not whole, becomes a
   * copy of the writer.
   * @param isAnew whoever follows it is copied anew, whole or not
   */
  async restore(place: Place, clusterId: string, isAnew = false): Promise<void> {
    const at = this.#at(place);
    const clusters = at.store.collection(clusterRecords);
    const cluster = this.#stopped.signal.aborted ? undefined : clusters.get([clusterId]);
    if (!cluster) return;
    const members = membersOf(clusterId, at.store).filter(({ state }) => !BROKEN.includes(state));
    const heir = members.find(({ id }) => id === cluster.heir);
    const isHandedOver = heir !== undefined && isPrimary(this.#servers.of(heir, at));
    const writer = isHandedOver ? heir : members.find(({ id }) => id === cluster.writer);
    if (isHandedOver) clusters.put([clusterId], { ...cluster, writer: heir.id });
    const written = writer && this.#servers.of(writer, at);
    if (writer && written?.isThere) {
      await this.#startAgain(at, writer);
      if (written.isRunning && written.isCopy) await written.promote();
    }
    const primary = cluster.source === undefined ? written : this.#writerOf(at, cluster);
    for (const member of members) {
      if (member.id === writer?.id || member.state === "deleting") continue;
      const server = this.#servers.of(member, at);
      if (server.isThere && server.isCopy && !(isAnew && primary)) await this.#startAgain(at, member);
      else if (primary?.isRunning && member.state !== "creating")
        await this.#startAgain(at, member, async () => {
          await server.stop();
          await server.copy(primary);
        });
    }
  }

  #clusterOf(at: At, { clusterId }: DbInstanceRecord): DbClusterRecord | undefined {
    return clusterId === undefined ? undefined : at.store.collection(clusterRecords).get([clusterId]);
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
    this.#servers.forget(instance.id, at);
    this.#crashes.forget(instance.resourceId);
    this.#endpoints.forget(instanceArn(instance.id, at));
    const cluster = this.#clusterOf(at, instance);
    if (cluster?.writer === instance.id) {
      const next = membersOf(cluster.id, at.store)[0]?.id;
      at.store.collection(clusterRecords).put([cluster.id], { ...cluster, writer: next });
    }
    this.#tell(at, instance.id, "RDS-EVENT-0003", "DB instance deleted");
  }

  #inTurn({ account, region }: Place, id: string, act: () => Promise<void>): Promise<void> {
    return this.#turns.take(`${account}/${region}/${id}`, act);
  }

  #tell(at: At, id: string, eventId: EventId, message: string): void {
    tell(this.#host, at, id, eventId, message);
  }
}

const placeOf = (arn: string): Place => {
  const [, , , region = "", account = ""] = arn.split(":");
  return { account, region };
};
const nameIn = (arn: string): string => arn.split(":").at(-1) ?? "";

/** States in which nothing of an instance runs, until its user does something about it. */
const BROKEN: readonly string[] = ["failed", "incompatible-parameters"];

/** States in which a server that ends is not to run, or not for long. */
const RESTING: readonly string[] = [...BROKEN, "stopping", "stopped", "deleting"];

const RECOVERING =
  "Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.";
const RECOVERED = "Recovery of the DB instance is complete.";

const isPrimary = (server: DatabaseServer): boolean => server.isThere && !server.isCopy;
