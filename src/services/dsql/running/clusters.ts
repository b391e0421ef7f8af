import type { Place } from "../../../aws/arn-template.ts";
import { connectionFaults } from "../../../aws/connection-point.ts";
import { begin, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import { Crashes } from "../../../processes/crashes.ts";
import { DatabaseFolders } from "../../../processes/database-folders.ts";
import { databaseFolder } from "../../../processes/database-user.ts";
import type { Endpoint } from "../../../processes/endpoint.ts";
import { Endpoints } from "../../../processes/endpoints.ts";
import { PostgresServer } from "../../../processes/postgres/postgres.ts";
import { type ClusterRecord, clusterArn, clusterAt, clusterRecords } from "../cluster.ts";
import { CONNECTION } from "../fault-points.ts";
import { clusterLifecycle } from "../lifecycles.ts";
import { refusalOf } from "./auth-token.ts";
import { postgresDoor } from "./door.ts";

const PORT = 5432;
/** The only user that a new cluster has, and its only database. */
const ADMIN = "admin";

interface At extends Place {
  readonly store: Store;
}

/** The databases of clusters, and the endpoints that lead to them. All of them end with Squall. */
export class Clusters {
  readonly #host: ServiceHost;
  readonly #folders: DatabaseFolders;
  readonly #background: Background;
  readonly #endpoints = new Endpoints();
  readonly #crashes = new Crashes();
  /** By the database's id. */
  readonly #servers = new Map<string, PostgresServer>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#folders = new DatabaseFolders(host, () => databaseFolder("dsql"));
    this.#background = new Background(host, "dsql");
  }

  /** What a former process has left, however it ended: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const cluster of at.store.collection(clusterRecords).values()) {
        kept.add(cluster.databaseId);
        if (Object.hasOwn(clusterLifecycle.stages, cluster.state)) this.#follow(at, cluster);
        else if (cluster.state === "ACTIVE")
          this.#background.take(cluster.databaseId, () => this.#open(at, cluster));
      }
    }
    this.#folders.sweep(kept);
  }

  /** Has a cluster go to a state, and on from there by itself. */
  go(place: Place, cluster: ClusterRecord, state: keyof typeof clusterLifecycle.stages): ClusterRecord {
    const at = this.#at(place);
    const transition = begin(clusterLifecycle, state, clusterArn(cluster.id, at), at, this.#host);
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1 };
    at.store.collection(clusterRecords).put([cluster.id], gone);
    this.#follow(at, gone);
    return gone;
  }

  /** Clusters that each name the other are one from then on: their endpoints lead to one database. */
  link(place: Place, cluster: ClusterRecord): void {
    const arn = clusterArn(cluster.id, place);
    const peers = cluster.peers.filter((peer) => peer !== arn).map((peer) => clusterAt(peer, this.#host));
    const found = peers.flatMap((peer) => peer ?? []);
    const areWilling = found.every(
      (peer) => peer.cluster.state === "PENDING_SETUP" && peer.cluster.peers.includes(arn),
    );
    if (peers.length === 0 || found.length < peers.length || !areWilling) return;
    const { databaseId, adminPassword } = cluster;
    const database = { databaseId, adminPassword, databaseRegion: place.region };
    for (const peer of found) this.go(peer.place, { ...peer.cluster, ...database }, "CREATING");
    this.go(place, cluster, "CREATING");
  }

  /** Deletes a cluster: one that is linked goes with the last of those that it is linked with. */
  remove(place: Place, cluster: ClusterRecord): ClusterRecord {
    const linked = cluster.state === "PENDING_SETUP" ? [] : this.#linkedWith(place, cluster);
    if (linked.every((peer) => peer.cluster.state === "PENDING_DELETE")) {
      for (const peer of linked) this.go(peer.place, peer.cluster, "DELETING");
      return this.go(place, cluster, "DELETING");
    }
    const waiting = { ...cluster, state: "PENDING_DELETE", turn: cluster.turn + 1 };
    this.#at(place).store.collection(clusterRecords).put([cluster.id], waiting);
    this.endpoint(place, cluster.id).close();
    return waiting;
  }

  /** Where a cluster is found. */
  endpoint({ account, region }: Place, id: string): Endpoint {
    const place = { account, region };
    const arn = clusterArn(id, place);
    const faults = () =>
      connectionFaults(this.#host, CONNECTION, place, () => ({ resource: arn, input: { identifier: id } }));
    const { certificate } = this.#host;
    const door = (host: string) =>
      postgresDoor({
        certificate: certificate && (() => certificate(host)),
        refusalOf: (login) => refusalOf(login, { region, host }, this.#host),
      });
    return this.#endpoints.of(arn, PORT, faults, { door });
  }

  async stop(): Promise<void> {
    this.#background.stop();
    this.#endpoints.closeAll();
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    this.#servers.clear();
    this.#folders.remove();
  }

  #at({ account, region }: Place): At {
    return { account, region, store: this.#host.store(account, region) };
  }

  #linkedWith(place: Place, { id, peers }: ClusterRecord) {
    const arn = clusterArn(id, place);
    return peers
      .filter((peer) => peer !== arn)
      .flatMap((peer) => clusterAt(peer, this.#host) ?? [])
      .filter(({ cluster }) => cluster.state !== "DELETING");
  }

  #follow(at: At, { id, turn, databaseId }: ClusterRecord): void {
    const clusters = at.store.collection(clusterRecords);
    const current = () => {
      const cluster = this.#background.isOver ? undefined : clusters.get([id]);
      return cluster?.turn === turn ? cluster : undefined;
    };
    this.#background.take(databaseId, async () => {
      const cluster = current();
      if (!cluster) return;
      // What DSQL takes its time for is done at once, and shown when its time is over.
      const failure = await reasonOf(this.#do(at, cluster));
      const work = this.#host.atWork();
      if (cluster.transition) work[Symbol.dispose]();
      void whenOver(cluster.transition, this.#host, this.#background.signal)
        .then((held) => {
          const settled = current();
          if (!settled) return;
          const reason = held ?? failure;
          if (reason !== undefined) this.#host.log.error(`dsql: ${id}: ${reason}`);
          if (settled.state === "DELETING") {
            clusters.delete([id]);
            this.#endpoints.forget(clusterArn(id, at));
            return;
          }
          const state = reason !== undefined && settled.state === "CREATING" ? "FAILED" : "ACTIVE";
          clusters.put([id], { ...settled, state, transition: undefined, turn: turn + 1 });
        })
        .finally(() => work[Symbol.dispose]());
    });
  }

  async #do(at: At, cluster: ClusterRecord): Promise<void> {
    if (cluster.state !== "DELETING") return this.#open(at, cluster);
    this.endpoint(at, cluster.id).close();
    const isLast = this.#linkedWith(at, cluster).length === 0;
    if (!isLast) return;
    await this.#serverOf(cluster).remove();
    this.#servers.delete(cluster.databaseId);
  }

  /** Has its database run, and its endpoint lead there. */
  async #open(at: At, cluster: ClusterRecord): Promise<void> {
    const server = this.#serverOf(cluster);
    const { adminPassword } = cluster;
    if (!server.isThere)
      await server.create({ masterUsername: ADMIN, masterPassword: adminPassword, isTrusting: true });
    await server.start({}, this.#folders.areKept);
    if (this.#background.isOver) return server.stop();
    await this.endpoint(at, cluster.id).open(server.socket);
  }

  /** A server that has ended by itself runs again: the endpoints of its clusters lead there still. */
  #recover(databaseId: string, server: PostgresServer): void {
    this.#background.take(databaseId, async () => {
      if (this.#servers.get(databaseId) !== server || server.isRunning) return;
      this.#host.log.warn(`dsql: ${databaseId} has ended by itself, and is started again`);
      const failure = this.#crashes.areTooMany(databaseId)
        ? "It ends by itself again and again."
        : await reasonOf(server.start({}, this.#folders.areKept));
      if (failure !== undefined) this.#giveUp(databaseId, failure);
      if (this.#background.isOver) await server.stop();
    });
  }

  /** All clusters that a database is behind have failed. */
  #giveUp(databaseId: string, failure: string): void {
    this.#host.log.error(`dsql: ${databaseId}: ${failure}`);
    for (const place of this.#host.scopes()) {
      const clusters = this.#at(place).store.collection(clusterRecords);
      for (const cluster of [...clusters.values()])
        if (cluster.databaseId === databaseId && cluster.state === "ACTIVE")
          clusters.put([cluster.id], { ...cluster, state: "FAILED", turn: cluster.turn + 1 });
    }
  }

  #serverOf({ databaseId, adminPassword }: ClusterRecord): PostgresServer {
    const known = this.#servers.get(databaseId);
    if (known) return known;
    const log = this.#host.log.named(`squall.dsql.${databaseId}`);
    const server = new PostgresServer({
      folder: this.#folders.of(databaseId),
      adminPassword,
      say: (line) => log.debug(() => line),
    });
    server.crashed = () => this.#recover(databaseId, server);
    this.#servers.set(databaseId, server);
    return server;
  }
}
