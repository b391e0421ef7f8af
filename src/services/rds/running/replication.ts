import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { DatabaseServer } from "../../../processes/database-server.ts";
import { Turns } from "../../../processes/turns.ts";
import { clusterArn, clusterOf, clusterRecords, type DbClusterRecord, membersOf } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceRecords } from "../db-instance.ts";
import { replicasOf } from "../read-replica.ts";
import { type At, atPlace, nameIn, placeOf } from "./at.ts";
import type { DatabaseEndpoints } from "./database-endpoints.ts";
import { tell } from "./events.ts";
import type { Servers } from "./servers.ts";
import { settingsOf } from "./settings.ts";
import { BROKEN, RESTING } from "./states.ts";
import type { Storage } from "./storage.ts";

interface InstanceAt {
  readonly place: Place;
  readonly id: string;
}

interface Parts {
  readonly servers: Servers;
  readonly endpoints: DatabaseEndpoints;
  readonly storage: Storage;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Hears of an instance that cannot run, and why. */
  readonly failed: (at: At, instance: DbInstanceRecord, reason: string) => void;
}

/** Which servers of a cluster are written to, and which follow whom: in its Region, and in those of a global cluster. */
export class Replication {
  readonly #host: ServiceHost;
  readonly #servers: Servers;
  readonly #endpoints: DatabaseEndpoints;
  readonly #storage: Storage;
  readonly #signal: AbortSignal;
  readonly #failed: Parts["failed"];
  /** What is being done with each cluster or instance of its own: one thing after the other. */
  readonly #turns = new Turns();

  constructor(host: ServiceHost, { servers, endpoints, storage, signal, failed }: Parts) {
    this.#host = host;
    this.#servers = servers;
    this.#endpoints = endpoints;
    this.#storage = storage;
    this.#signal = signal;
    this.#failed = failed;
  }

  /** Does something with a cluster or an instance of its own when all that was asked for before is done. */
  inTurn({ account, region }: Place, id: string, act: () => Promise<void>): Promise<void> {
    return this.#turns.take(`${account}/${region}/${id}`, act);
  }

  /** Does something while nothing else is done with some clusters. @param arns of all of them */
  withClusters(arns: readonly string[], act: () => Promise<void>): Promise<void> {
    // Always in the same order: two that want the same ones do not wait for each other.
    return [...arns]
      .sort()
      .reduceRight((inner, arn) => () => this.inTurn(placeOf(arn), nameIn(arn), inner), act)();
  }

  /** Of the instances of a cluster that run, the one that becomes its writer. */
  heirOf(place: Place, clusterId: string): string | undefined {
    return this.#heirsOf(atPlace(this.#host, place), clusterId)[0]?.id;
  }

  /** Who may become the writer of a cluster, first who is first in line. */
  #heirsOf(at: At, clusterId: string): DbInstanceRecord[] {
    return membersOf(clusterId, at.store)
      .filter(({ id, state }) => !BROKEN.includes(state) && this.#servers.running(id, at))
      .sort((a, b) => a.promotionTier - b.promotionTier);
  }

  /** Ends a writer. @param heir has all that it has when it ends */
  async endWriter({ place, id }: InstanceAt, heir: InstanceAt | undefined): Promise<void> {
    const at = atPlace(this.#host, place);
    const writer = at.store.collection(instanceRecords).get([id]);
    if (!writer) return;
    const server = this.#servers.of(writer, at);
    // An earlier process may have had the heir written to before it was ended itself.
    const copy = heir && (await this.#running(heir));
    if (copy?.isCopy) await this.#running({ place, id });
    // Nobody writes any more: what there is to have, the heir is to have.
    this.#endpoints.of(at, writer).close();
    const cluster = clusterOf(writer, at.store);
    if (cluster) this.#endpoints.ofCluster(at, cluster).writer.close();
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
    const at = atPlace(this.#host, place);
    const instance = at.store.collection(instanceRecords).get([id]);
    if (!instance) throw new Error(`${id} is not there any more.`);
    await this.start(at, instance);
    return this.#servers.of(instance, at);
  }

  /** Of a cluster the first instance is the writer, and all others are copies of it. What is there already is not made anew. */
  async create(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#servers.of(instance, at);
    if (!server.isThere) {
      const source = this.#storage.sourceOf(instance, at);
      if (this.#isToFollow(at, instance)) await server.copy(await this.#toCopy(at, instance));
      else if (source !== undefined) await server.restore(source);
      else await server.create(instance);
    }
    await this.start(at, instance);
  }

  /** The server that an instance is made a copy of: after a restart it may not run yet. @throws Error for one that is not to run */
  async #toCopy(at: At, instance: DbInstanceRecord): Promise<DatabaseServer> {
    const primary = this.#followedBy(at, instance);
    if (!primary || !this.#isToRun(primary))
      throw new Error(`The ${instance.source ?? `writer of ${instance.clusterId}`} is not available.`);
    return (await this.#up(primary)) ?? this.#running(primary);
  }

  #isToRun({ place, id }: InstanceAt): boolean {
    const instance = atPlace(this.#host, place).store.collection(instanceRecords).get([id]);
    return (
      instance !== undefined && !RESTING.includes(instance.state) && this.#servers.isThere(instance, place)
    );
  }

  async #up(one: InstanceAt | undefined): Promise<DatabaseServer | undefined> {
    return one && this.#servers.up(one.id, one.place);
  }

  /** The server of whom an instance follows, when that runs; undefined for a writer. */
  #primaryOf(at: At, instance: DbInstanceRecord): Promise<DatabaseServer | undefined> {
    return this.#up(this.#followedBy(at, instance));
  }

  /** Whom an instance follows; undefined for a writer. */
  #followedBy(at: At, instance: DbInstanceRecord): InstanceAt | undefined {
    const { source, isCutOff } = instance;
    if (source !== undefined) return isCutOff ? undefined : { place: placeOf(source), id: nameIn(source) };
    const cluster = clusterOf(instance, at.store);
    return cluster && this.#isToFollow(at, instance) ? this.#writerOf(at, cluster) : undefined;
  }

  #isToFollow(at: At, instance: DbInstanceRecord): boolean {
    if (instance.source !== undefined) return true;
    const cluster = clusterOf(instance, at.store);
    return cluster?.source !== undefined || (cluster?.writer ?? instance.id) !== instance.id;
  }

  /** Who takes the writes of a cluster: in another Region, where the cluster follows one there. */
  #writerOf(at: At, { source, writer }: DbClusterRecord): InstanceAt | undefined {
    if (source === undefined) return writer === undefined ? undefined : { place: at, id: writer };
    const place = placeOf(source);
    const cluster = atPlace(this.#host, place)
      .store.collection(clusterRecords)
      .get([nameIn(source)]);
    return cluster?.writer === undefined ? undefined : { place, id: cluster.writer };
  }

  /** Has its read replicas, and the clusters of other Regions, follow a writer that runs again. */
  #haveFollowers(at: At, instance: DbInstanceRecord): void {
    for (const arn of replicasOf(instance.id, at, this.#host)) this.#haveFollow(arn);
    const followed = clusterOf(instance, at.store);
    if (followed?.writer !== instance.id) return;
    const arn = clusterArn(followed.id, at);
    for (const place of this.#host.scopes()) {
      const there = atPlace(this.#host, place);
      for (const cluster of there.store.collection(clusterRecords).values())
        if (cluster.source === arn)
          this.inTurn(there, cluster.id, () => this.restore(there, cluster.id)).catch((error: unknown) =>
            this.#host.log.error(`rds: ${cluster.id} does not follow ${followed.id}`, error),
          );
    }
  }

  /** Has a read replica follow its source, which runs. */
  #haveFollow(arn: string): void {
    const at = atPlace(this.#host, placeOf(arn));
    const id = nameIn(arn);
    this.inTurn(at, id, async () => {
      const replica = at.store.collection(instanceRecords).get([id]);
      if (replica?.state === "available" && this.#servers.isThere(replica, at) && !this.#signal.aborted)
        await this.startAgain(at, replica);
    }).catch((error: unknown) => this.#host.log.error(`rds: ${id} does not follow its source`, error));
  }

  /** Has a read replica that has all that its source has, where that runs, be written to. */
  async promoteReplica(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = await this.#running({ place: at, id: instance.id });
    if (!server.isCopy) return;
    const source = await this.#primaryOf(at, instance);
    if (source) await this.#catchUp(source, server, instance.id);
    await server.promote();
  }

  /** What an instance that goes has is what its read replicas have. */
  async handOn(at: At, instance: DbInstanceRecord): Promise<void> {
    const replicas = replicasOf(instance.id, at, this.#host);
    if (replicas.length === 0) return;
    this.#endpoints.of(at, instance).close();
    const source = await this.#servers.up(instance.id, at);
    for (const arn of replicas) {
      const replica = await this.#servers.up(nameIn(arn), placeOf(arn));
      if (source && replica?.isCopy) await this.#catchUp(source, replica, nameIn(arn));
    }
  }

  /** One that follows no more has what it has. */
  #catchUp(source: DatabaseServer, replica: DatabaseServer, id: string): Promise<void> {
    return source
      .whenCaughtUp(replica)
      .catch((error: Error) => this.#host.log.warn(`rds: ${id} may lack something: ${error.message}`));
  }

  async start(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#servers.of(instance, at);
    if (!server.isThere)
      throw new Error("Its files are not there any more: they ended with the Squall that had them.");
    await server.start(settingsOf(instance, at.store), this.#servers.areKept);
    if (this.#signal.aborted) return server.stop();
    const primary = server.isCopy ? await this.#primaryOf(at, instance) : undefined;
    if (primary) await server.follow(primary);
    await this.#endpoints.of(at, instance).open(server.socket);
    await this.lead(at, instance);
    this.#haveFollowers(at, instance);
  }

  /** Starts one that is to run, and says so of one that cannot. @param prepare makes it one that can be started */
  async startAgain(at: At, instance: DbInstanceRecord, prepare?: () => Promise<void>): Promise<void> {
    try {
      await prepare?.();
      await this.start(at, instance);
    } catch (error) {
      const current = at.store.collection(instanceRecords).get([instance.id]);
      if (current?.turn === instance.turn && !this.#signal.aborted)
        this.#failed(at, current, (error as Error).message);
    }
  }

  async rest(at: At, instance: DbInstanceRecord): Promise<void> {
    this.#endpoints.of(at, instance).close();
    const cluster = clusterOf(instance, at.store);
    if (cluster?.writer === instance.id) this.#endpoints.ofCluster(at, cluster).writer.close();
    await this.#servers.of(instance, at).stop();
    await this.lead(at, instance);
  }

  /** Has the endpoints of a cluster lead to who is its writer and to a reader, or to the writer alone. */
  async lead(at: At, member: Pick<DbInstanceRecord, "clusterId">): Promise<void> {
    const cluster = clusterOf(member, at.store);
    if (!cluster) return;
    const { writer, reader } = this.#endpoints.ofCluster(at, cluster);
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

  /**
   * The writer ends in order, so that nothing that was committed is lost; a reader becomes the writer, and the old one its copy.
   * Who is to be the writer is kept before anything is done: whatever ends it half-way, `restore` knows what to make of it.
   */
  async failOver(at: At, clusterId: string, target?: string): Promise<void> {
    const clusters = at.store.collection(clusterRecords);
    const cluster = clusters.get([clusterId]);
    // It may have been the last thing that an earlier process did.
    if (!cluster || (target !== undefined && cluster.writer === target)) return;
    const members = membersOf(clusterId, at.store);
    const old = members.find(({ id }) => id === cluster.writer);
    const next =
      target === undefined
        ? this.#heirsOf(at, clusterId).find(({ id }) => id !== cluster.writer)
        : members.find(({ id }) => id === target);
    if (!old || !next) return;
    clusters.put([clusterId], { ...cluster, heir: next.id });
    tell(this.#host, at, clusterId, "RDS-EVENT-0073", `Started failover to DB instance: ${next.id}`);
    try {
      await this.#handOver(at, cluster, old, next);
    } catch (error) {
      if (this.#signal.aborted) return;
      tell(
        this.#host,
        at,
        clusterId,
        "RDS-EVENT-0069",
        "Cluster failover failed, check the health of your cluster instances and try again.",
      );
      await this.restore(at, clusterId);
      throw error;
    }
    tell(this.#host, at, clusterId, "RDS-EVENT-0071", `Completed failover to DB instance: ${next.id}`);
    await this.restore(at, clusterId);
  }

  async #handOver(
    at: At,
    cluster: DbClusterRecord,
    old: DbInstanceRecord,
    next: DbInstanceRecord,
  ): Promise<void> {
    this.#endpoints.ofCluster(at, cluster).writer.close();
    this.#endpoints.of(at, old).close();
    const [oldServer, nextServer] = [this.#servers.of(old, at), this.#servers.of(next, at)];
    // Nobody writes any more: what there is to have, the reader is to have.
    if (await this.#servers.up(old.id, at)) await oldServer.whenCaughtUp(nextServer);
    await oldServer.stop();
    await nextServer.promote();
    const clusters = at.store.collection(clusterRecords);
    const current = clusters.get([cluster.id]);
    if (current) clusters.put([cluster.id], { ...current, writer: next.id });
    await this.lead(at, next);
  }

  /**
   * Makes a cluster whole, whatever a killed process or a failover has left of it. Its writer is whom it was to be handed over to, if
   * that takes writes already: then nothing is written to the old one any more. Who follows nobody else, or is not whole, becomes a
   * copy of the writer.
   * @param isAnew whoever follows it is copied anew, whole or not
   */
  async restore(place: Place, clusterId: string, isAnew = false): Promise<void> {
    const at = atPlace(this.#host, place);
    const clusters = at.store.collection(clusterRecords);
    const cluster = this.#signal.aborted ? undefined : clusters.get([clusterId]);
    if (!cluster) return;
    const members = membersOf(clusterId, at.store).filter(({ state }) => !BROKEN.includes(state));
    const heir = members.find(({ id }) => id === cluster.heir);
    const isHandedOver = heir !== undefined && isPrimary(this.#servers.of(heir, at));
    const writer = isHandedOver ? heir : members.find(({ id }) => id === cluster.writer);
    if (isHandedOver) clusters.put([clusterId], { ...cluster, writer: heir.id });
    const written = writer && this.#servers.of(writer, at);
    if (writer && written?.isThere) {
      await this.startAgain(at, writer);
      if (written.isRunning && written.isCopy) await written.promote();
    }
    const primary = cluster.source === undefined ? written : await this.#up(this.#writerOf(at, cluster));
    for (const member of members) {
      if (member.id === writer?.id || member.state === "deleting") continue;
      const server = this.#servers.of(member, at);
      if (server.isThere && server.isCopy && !(isAnew && primary)) await this.startAgain(at, member);
      else if (primary?.isRunning && member.state !== "creating")
        await this.startAgain(at, member, async () => {
          await server.stop();
          await server.copy(primary);
        });
    }
  }
}

const isPrimary = (server: DatabaseServer): boolean => server.isThere && !server.isCopy;
