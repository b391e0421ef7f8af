import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { announce } from "../../../aws/announce.ts";
import type { Place } from "../../../aws/arn-template.ts";
import { begin, type Lifecycle, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { clusterArn, clusterRecords, type DbClusterRecord, membersOf } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceArn, instanceRecords } from "../db-instance.ts";
import { clusterLifecycle, instanceLifecycle } from "../lifecycles.ts";
import { findGroup } from "../parameter-group.ts";
import { addressOf, DatabaseEndpoint } from "./endpoint.ts";
import { databaseFolder, PostgresServer } from "./postgres.ts";

interface At extends Place {
  readonly store: Store;
}

/** The servers of DB instances, and the endpoints that lead to them. All of them end with Squall. */
export class Databases {
  readonly #host: ServiceHost;
  readonly #servers = new Map<string, PostgresServer>();
  readonly #endpoints = new Map<string, DatabaseEndpoint>();
  /** What is being done with each cluster or instance of its own: one thing after the other. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #folder: string | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** What a former process has left: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const cluster of at.store.collection(clusterRecords).values())
        if (cluster.transition !== undefined || cluster.state === "failing-over")
          this.#followCluster(at, cluster);
      for (const instance of at.store.collection(instanceRecords).values()) {
        kept.add(instance.resourceId);
        if (instance.state === "available")
          this.#act(at, instance.id, instance.turn, () => this.#start(at, instance));
        else if (instance.state !== "stopped" && instance.state !== "failed") this.#follow(at, instance);
      }
    }
    const folder = this.#host.keptFolder();
    if (folder === undefined || !existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
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
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1 };
    at.store.collection(clusterRecords).put([cluster.id], gone);
    this.#followCluster(at, gone, target);
    return gone;
  }

  /** Where an instance is found. */
  endpoint(place: Place, { id, port }: Pick<DbInstanceRecord, "id" | "port">): DatabaseEndpoint {
    return this.#endpoint(instanceArn(id, place), port);
  }

  /** Where the writer and the readers of a cluster are found. */
  clusterEndpoints(place: Place, { id, port }: Pick<DbClusterRecord, "id" | "port">) {
    const arn = clusterArn(id, place);
    const writer = this.#endpoint(arn, port);
    return { writer, reader: this.#endpoint(arn, writer.port, true) };
  }

  /** Changes a password where it counts. */
  async setPassword(place: Place, instance: DbInstanceRecord, password: string): Promise<void> {
    await this.#servers.get(instanceArn(instance.id, place))?.setPassword(instance.masterUsername, password);
  }

  stop(): void {
    this.#stopped.abort();
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    for (const server of this.#servers.values()) server.kill();
    this.#servers.clear();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
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
      const key = instance.clusterId ?? id;
      const done = this.#inTurn(`${at.account}/${at.region}/${key}`, () => this.#do(at, instance));
      const failure = await done.then(
        () => undefined,
        (error: Error) => error.message,
      );
      const held = await whenOver(instance.transition, this.#host, this.#stopped.signal);
      const current = this.#stopped.signal.aborted
        ? undefined
        : at.store.collection(instanceRecords).get([id]);
      if (current?.turn !== turn) return;
      const reason = held ?? failure;
      if (reason !== undefined) {
        this.#host.log.error(`rds: ${id} has failed: ${reason}`);
        const state = instance.state === "creating" ? "failed" : "incompatible-parameters";
        this.#settle(at, current, { state, failure: reason });
      } else if (instance.state === "deleting") this.#forget(at, current);
      else {
        const state = instance.state === "stopping" ? "stopped" : "available";
        this.#settle(at, current, { state, failure: undefined, isRebootPending: false });
        if (instance.state === "rebooting")
          this.#tell(at, id, "instance", "RDS-EVENT-0006", "DB instance restarted");
        if (instance.state === "creating")
          this.#tell(at, id, "instance", "RDS-EVENT-0005", "DB instance created");
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

  async #do(at: At, instance: DbInstanceRecord): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    if (instance.state === "creating") await this.#create(at, instance);
    else if (instance.state === "starting") await this.#start(at, instance);
    else {
      const cluster = instance.state === "deleting" ? this.#clusterOf(at, instance) : undefined;
      // A writer that goes leaves the cluster to a reader.
      if (cluster?.writer === instance.id) await this.#failOver(at, cluster, undefined);
      await this.#rest(at, instance);
      if (instance.state === "rebooting") await this.#start(at, instance);
      if (instance.state === "deleting") this.#server(at, instance).remove();
    }
  }

  /** Of a cluster the first instance is the writer, and all others are copies of it. */
  async #create(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#server(at, instance);
    const cluster = this.#clusterOf(at, instance);
    const primary =
      cluster?.writer === undefined ? undefined : this.#servers.get(instanceArn(cluster.writer, at));
    if (cluster?.writer !== undefined && cluster.writer !== instance.id) {
      if (!primary?.isRunning) throw new Error(`The writer of ${cluster.id} is not available.`);
      await server.copy(primary);
    } else {
      const { adminPassword, masterUsername, masterPassword, database } = instance;
      await server.create({
        adminPassword,
        masterUsername,
        masterPassword,
        ...(database !== undefined && { database }),
      });
    }
    await this.#start(at, instance);
  }

  async #start(at: At, instance: DbInstanceRecord): Promise<void> {
    const server = this.#server(at, instance);
    if (!server.isThere)
      throw new Error("Its files are not there any more: they ended with the Squall that had them.");
    if (!server.isRunning)
      await server.start(
        findGroup(instance.parameterGroup, at.store).parameters,
        this.#host.keptFolder() !== undefined,
      );
    if (this.#stopped.signal.aborted) return server.kill();
    await this.endpoint(at, instance).open(server.socket);
    await this.#lead(at, instance.clusterId);
  }

  async #rest(at: At, instance: DbInstanceRecord): Promise<void> {
    this.endpoint(at, instance).close();
    const cluster = this.#clusterOf(at, instance);
    if (cluster?.writer === instance.id) this.clusterEndpoints(at, cluster).writer.close();
    await this.#server(at, instance).stop();
    await this.#lead(at, instance.clusterId);
  }

  /** Has the endpoints of a cluster lead to who is its writer and to a reader, or to the writer alone. */
  async #lead(at: At, clusterId: string | undefined): Promise<void> {
    const cluster =
      clusterId === undefined ? undefined : at.store.collection(clusterRecords).get([clusterId]);
    if (!cluster) return;
    const { writer, reader } = this.clusterEndpoints(at, cluster);
    const running = membersOf(cluster.id, at.store).flatMap(({ id }) => {
      const server = this.#servers.get(instanceArn(id, at));
      return server?.isRunning ? [{ id, server }] : [];
    });
    const toWrite = running.find(({ id }) => id === cluster.writer);
    const toRead = running.find(({ id }) => id !== cluster.writer) ?? toWrite;
    if (toWrite) await writer.open(toWrite.server.socket);
    else writer.close();
    if (toRead) await this.clusterEndpoints(at, cluster).reader.open(toRead.server.socket);
    else reader.close();
  }

  #followCluster(at: At, { id, turn }: DbClusterRecord, target?: string): void {
    setImmediate(() => {
      const clusters = at.store.collection(clusterRecords);
      const cluster = this.#stopped.signal.aborted ? undefined : clusters.get([id]);
      if (cluster?.turn !== turn) return;
      const work = this.#host.atWork();
      const act = async () => {
        if (cluster.state === "failing-over")
          await this.#inTurn(`${at.account}/${at.region}/${id}`, () => this.#failOver(at, cluster, target));
        await whenOver(cluster.transition, this.#host, this.#stopped.signal);
        const current = this.#stopped.signal.aborted ? undefined : clusters.get([id]);
        if (current?.turn !== turn) return;
        if (cluster.state === "deleting") {
          const { writer, reader } = this.clusterEndpoints(at, cluster);
          writer.close();
          reader.close();
          clusters.delete([id]);
        } else clusters.put([id], { ...current, state: "available", transition: undefined, turn: turn + 1 });
      };
      act()
        .catch((error: unknown) => this.#host.log.error(`rds: ${id} cannot go on`, error))
        .finally(() => work[Symbol.dispose]());
    });
  }

  /** The writer ends in order, so that nothing that was committed is lost; a reader becomes the writer, and the old one its copy. */
  async #failOver(at: At, cluster: DbClusterRecord, target: string | undefined): Promise<void> {
    const { store } = at;
    const members = membersOf(cluster.id, store).sort((a, b) => a.promotionTier - b.promotionTier);
    const old = members.find(({ id }) => id === cluster.writer);
    const next = members.find(({ id }) => (target === undefined ? id !== cluster.writer : id === target));
    if (!old || !next) return;
    this.#tell(at, cluster.id, "cluster", "RDS-EVENT-0073", `Started failover to DB instance: ${next.id}`);
    const { writer } = this.clusterEndpoints(at, cluster);
    writer.close();
    this.endpoint(at, old).close();
    const [oldServer, nextServer] = [this.#server(at, old), this.#server(at, next)];
    await oldServer.stop();
    await nextServer.promote();
    const clusters = store.collection(clusterRecords);
    const current = clusters.get([cluster.id]);
    if (current) clusters.put([cluster.id], { ...current, writer: next.id });
    await this.#lead(at, cluster.id);
    this.#tell(at, cluster.id, "cluster", "RDS-EVENT-0071", `Completed failover to DB instance: ${next.id}`);
    await oldServer.copy(nextServer);
    await this.#start(at, old);
  }

  #server(at: At, instance: DbInstanceRecord): PostgresServer {
    const arn = instanceArn(instance.id, at);
    const known = this.#servers.get(arn);
    if (known) return known;
    const log = this.#host.log.named(`squall.rds.${instance.id}`);
    const server = new PostgresServer(
      join(this.#parent(), instance.resourceId),
      instance.adminPassword,
      (line) => log.debug(() => line),
    );
    this.#servers.set(arn, server);
    return server;
  }

  #parent(): string {
    const kept = this.#host.keptFolder();
    if (kept !== undefined) {
      mkdirSync(kept, { recursive: true, mode: 0o711 });
      return kept;
    }
    this.#folder ??= databaseFolder();
    return this.#folder;
  }

  #clusterOf(at: At, { clusterId }: DbInstanceRecord): DbClusterRecord | undefined {
    return clusterId === undefined ? undefined : at.store.collection(clusterRecords).get([clusterId]);
  }

  #endpoint(arn: string, port: number, isReader = false): DatabaseEndpoint {
    const key = `${arn} ${isReader}`;
    const known = this.#endpoints.get(key);
    if (known) return known;
    const endpoint = new DatabaseEndpoint(addressOf(arn, isReader), port);
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }

  #settle(at: At, instance: DbInstanceRecord, change: Partial<DbInstanceRecord>): void {
    at.store
      .collection(instanceRecords)
      .put([instance.id], { ...instance, ...change, transition: undefined, turn: instance.turn + 1 });
  }

  #forget(at: At, instance: DbInstanceRecord): void {
    at.store.collection(instanceRecords).delete([instance.id]);
    const arn = instanceArn(instance.id, at);
    this.#servers.delete(arn);
    this.#endpoints.delete(`${arn} false`);
    const cluster = this.#clusterOf(at, instance);
    if (cluster?.writer === instance.id) {
      const next = membersOf(cluster.id, at.store)[0]?.id;
      at.store.collection(clusterRecords).put([cluster.id], { ...cluster, writer: next });
    }
    this.#tell(at, instance.id, "instance", "RDS-EVENT-0003", "DB instance deleted");
  }

  async #inTurn(key: string, act: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(act);
    const kept = turn.catch(() => {}).finally(() => this.#turns.get(key) === kept && this.#turns.delete(key));
    this.#turns.set(key, kept);
    await turn;
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
  #tell(at: At, id: string, kind: "instance" | "cluster", eventId: string, message: string): void {
    const isCluster = kind === "cluster";
    const arn = isCluster ? clusterArn(id, at) : instanceArn(id, at);
    const { account, region } = at;
    void announce(this.#host, "aws.rds", { account, region, origin: `rds(${id})` }, () => ({
      detailType: isCluster ? "RDS DB Cluster Event" : "RDS DB Instance Event",
      resources: [arn],
      detail: {
        EventCategories: [isCluster ? "failover" : "availability"],
        SourceType: isCluster ? "CLUSTER" : "DB_INSTANCE",
        SourceArn: arn,
        Date: new Date(this.#host.clock.now()).toISOString(),
        Message: message,
        SourceIdentifier: id,
        EventID: eventId,
      },
    }));
  }
}
