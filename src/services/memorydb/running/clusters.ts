import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../../../aws/arn-template.ts";
import { tellOfCache } from "../../../aws/cache-events.ts";
import { connectionFaults } from "../../../aws/connection-point.ts";
import { begin, whenOver } from "../../../aws/lifecycle.ts";
import { NodePower } from "../../../aws/node-power.ts";
import { shortScratch } from "../../../core/scratch.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import { DatabaseFolders } from "../../../processes/database-folders.ts";
import { Endpoints } from "../../../processes/endpoints.ts";
import { parametersOf } from "../../../processes/valkey/parameters.ts";
import { SnapshotFiles } from "../../../processes/valkey/snapshot-files.ts";
import { valkeyDoor } from "../../../processes/valkey/valkey-door.ts";
import type { ValkeyServer, ValkeySettings } from "../../../processes/valkey/valkey-server.ts";
import { ValkeyShard } from "../../../processes/valkey/valkey-shard.ts";
import {
  type ClusterRecord,
  clusterArn,
  clusterRecords,
  type NodeRecord,
  type ShardRecord,
} from "../cluster.ts";
import { CONNECTION, NODE } from "../fault-points.ts";
import { clusterLifecycle } from "../lifecycles.ts";
import { findParameterGroup } from "../parameter-group.ts";
import { type SnapshotRecord, snapshots } from "../snapshot.ts";
import { aclOf } from "./acl.ts";
import { Replication } from "./replication.ts";

interface At extends Place {
  readonly store: Store;
}

/** Regional clusters hear of each other's keys by what the servers say of theirs, however much that is. */
const TELLING = { "notify-keyspace-events": "KA", "client-output-buffer-limit": "pubsub 0 0 0" };

/** The servers of clusters, and the endpoints that lead to them. All of them end with Squall. */
export class Clusters {
  readonly snapshotFiles: SnapshotFiles;
  readonly replication: Replication;
  readonly #host: ServiceHost;
  readonly #folders: DatabaseFolders;
  readonly #background: Background;
  /** By the ARN of the cluster and the shard's name. */
  readonly #shards = new Map<string, ValkeyShard>();
  readonly #endpoints = new Endpoints();
  readonly #power: NodePower;
  readonly #unsubscribe: () => void;
  #sockets: string | undefined;
  #nodes = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#background = new Background(host, "memorydb");
    this.#folders = new DatabaseFolders(host, () => shortScratch("memorydb"));
    this.#power = new NodePower(host, NODE);
    this.snapshotFiles = new SnapshotFiles(this.#folders);
    this.replication = new Replication(host, this);
    this.#unsubscribe = host.bus.subscribe("fault.rule", () => {
      this.#lookForFaults();
      this.replication.tend();
    });
  }

  /** What a former process has left, however it ended: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    this.replication.resume();
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const cluster of at.store.collection(clusterRecords).values()) {
        for (const { nodes } of cluster.shards) for (const { resourceId } of nodes) kept.add(resourceId);
        if (Object.hasOwn(clusterLifecycle.stages, cluster.state)) this.#follow(at, cluster);
        else this.#soon(at, cluster.name);
      }
      // What is taken waits for what runs.
      for (const snapshot of at.store.collection(snapshots).values()) {
        kept.add(snapshot.resourceId);
        if (snapshot.state === "creating") this.takeSnapshot(at, snapshot);
      }
    }
    this.#folders.sweep(kept);
  }

  /** Has a cluster go to a state, and on from there by itself. */
  go(place: Place, cluster: ClusterRecord, state: keyof typeof clusterLifecycle.stages): ClusterRecord {
    const at = this.#at(place);
    const transition = begin(clusterLifecycle, state, clusterArn(cluster.name, at), at, this.#host);
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1 };
    at.store.collection(clusterRecords).put([cluster.name], gone);
    this.#follow(at, gone);
    return gone;
  }

  /** Has the primary of a shard fail, and a replica take its place; then it comes back as a replica. */
  failOver(place: Place, name: string, shardName: string): void {
    const at = this.#at(place);
    this.#background.take(clusterArn(name, at), async () => {
      const cluster = at.store.collection(clusterRecords).get([name]);
      const shard = cluster?.shards.find((one) => one.name === shardName);
      if (!cluster || !shard) return;
      this.#tell(at, cluster, `Failover of shard ${shardName} requested`);
      await this.#reconcile(at, cluster, [shard.primary]);
    });
  }

  /** Takes a snapshot of what a cluster has written, behind the answer. */
  takeSnapshot(place: Place, { name, clusterName, shard, resourceId }: SnapshotRecord): void {
    const at = this.#at(place);
    this.#background.take(clusterArn(clusterName, at), async () => {
      const server = this.#primary(at, clusterName, shard.name);
      const failure = server
        ? await reasonOf(server.snapshot(this.snapshotFiles.of(resourceId)))
        : `${clusterName} is not running.`;
      const snapshot = at.store.collection(snapshots).get([name]);
      if (snapshot?.resourceId !== resourceId) return;
      if (failure !== undefined) this.#host.log.error(`memorydb: no snapshot ${name}: ${failure}`);
      const state = failure === undefined ? "available" : "failed";
      at.store.collection(snapshots).put([name], { ...snapshot, state });
    });
  }

  /** What servers run with has changed: a parameter group, users. */
  settingsChanged(place: Place, isMeant: (cluster: ClusterRecord) => boolean): void {
    const at = this.#at(place);
    for (const cluster of at.store.collection(clusterRecords).values())
      if (isMeant(cluster)) this.#soon(at, cluster.name);
  }

  /** Where a cluster and each of its nodes are found. */
  endpoints(place: Place, { name, port }: Pick<ClusterRecord, "name" | "port">) {
    const at = this.#at(place);
    const arn = clusterArn(name, at);
    const { certificate } = this.#host;
    const door = (address: string) =>
      valkeyDoor({
        mode: () => (at.store.collection(clusterRecords).get([name])?.hasTls ? "preferred" : "off"),
        certificate: certificate && (() => certificate(address)),
        failed: (reason) => this.#host.log.warn(`memorydb: nobody is let in at ${name}: ${reason}`),
      });
    const faultsOf = (subjectOf: (socket?: string) => object) => () =>
      connectionFaults(this.#host, CONNECTION, at, (socket) => ({
        resource: arn,
        input: { ClusterName: name, ...subjectOf(socket) },
      }));
    return {
      cluster: this.#endpoints.of(
        arn,
        port,
        faultsOf((socket) => ({ Endpoint: "cluster", ...this.#behind(at, name, socket) })),
        { door },
      ),
      node: (nodeName: string) =>
        this.#endpoints.of(
          `${arn}/${nodeName}`,
          port,
          faultsOf(() => ({ Endpoint: "node", NodeName: nodeName })),
          { door },
        ),
    };
  }

  /** The server that a cluster is written to, when it runs. */
  primaryOf(place: Place, name: string): ValkeyServer | undefined {
    const at = this.#at(place);
    const [shard] = at.store.collection(clusterRecords).get([name])?.shards ?? [];
    return shard && this.#primary(at, name, shard.name);
  }

  async stop(): Promise<void> {
    this.#background.stop();
    this.#endpoints.closeAll();
    await this.replication.stop();
    this.#unsubscribe();
    await Promise.all([...this.#shards.values()].map((shard) => shard.stop()));
    this.#shards.clear();
    this.#folders.remove();
  }

  #at({ account, region }: Place): At {
    return { account, region, store: this.#host.store(account, region) };
  }

  #primary(at: At, name: string, shardName: string): ValkeyServer | undefined {
    const cluster = at.store.collection(clusterRecords).get([name]);
    const primary = cluster?.shards.find((one) => one.name === shardName)?.primary;
    const shard = this.#shards.get(shardKey(at, name, shardName));
    return primary === undefined ? undefined : shard?.running(primary);
  }

  /** The shard and the node behind a socket. */
  #behind(at: At, name: string, socket: string | undefined): object {
    const shards = at.store.collection(clusterRecords).get([name])?.shards ?? [];
    for (const shard of shards) {
      const running = this.#shards.get(shardKey(at, name, shard.name));
      const node = shard.nodes.find(
        (one) => socket !== undefined && running?.running(one.name)?.socket === socket,
      );
      if (node) return { ShardName: shard.name, NodeName: node.name };
    }
    return {};
  }

  /** Makes what runs what is to run. */
  #soon(at: At, name: string, failing: readonly string[] = []): void {
    this.#background.take(clusterArn(name, at), async () => {
      const cluster = at.store.collection(clusterRecords).get([name]);
      if (cluster) await this.#reconcile(at, cluster, failing);
    });
  }

  #follow(at: At, { name, turn }: ClusterRecord): void {
    const arn = clusterArn(name, at);
    const clusters = at.store.collection(clusterRecords);
    const current = () => {
      const cluster = this.#background.isOver ? undefined : clusters.get([name]);
      return cluster?.turn === turn ? cluster : undefined;
    };
    this.#background.take(arn, async () => {
      const cluster = current();
      if (!cluster) return;
      // What MemoryDB takes its time for is done at once, and shown when its time is over.
      const failure = await reasonOf(this.#do(at, cluster));
      const work = this.#host.atWork();
      if (cluster.transition) work[Symbol.dispose]();
      void whenOver(cluster.transition, this.#host, this.#background.signal)
        .then((held) => {
          const settled = current();
          if (settled) this.#settle(at, settled, held ?? failure);
        })
        .finally(() => work[Symbol.dispose]());
    });
  }

  async #do(at: At, cluster: ClusterRecord): Promise<void> {
    if (cluster.state !== "deleting") {
      await this.#reconcile(at, cluster);
      if (cluster.state === "creating") await this.replication.join(at, cluster);
      return;
    }
    const arn = clusterArn(cluster.name, at);
    for (const { name, nodes } of cluster.shards) {
      const shard = this.#shards.get(shardKey(at, cluster.name, name));
      for (const id of shard?.ids ?? []) await shard?.remove(id);
      this.#shards.delete(shardKey(at, cluster.name, name));
      // What a former process has left has no server here.
      for (const { resourceId } of nodes)
        rmSync(this.#folders.of(resourceId), { recursive: true, force: true });
    }
    this.#endpoints.close(arn);
  }

  #settle(at: At, cluster: ClusterRecord, failure: string | undefined): void {
    const { name, turn } = cluster;
    const clusters = at.store.collection(clusterRecords);
    if (cluster.state === "deleting") {
      clusters.delete([name]);
      this.replication.leave(at, cluster);
      this.#endpoints.forget(clusterArn(name, at));
      for (const { nodes } of cluster.shards) for (const node of nodes) this.#forgetNode(at, name, node.name);
      this.#tell(at, cluster, `Cluster ${name} deleted`);
      return;
    }
    const wasMade = cluster.state === "creating";
    const state = failure !== undefined && wasMade ? "create-failed" : "available";
    clusters.put([name], { ...cluster, state, transition: undefined, failure, turn: turn + 1 });
    if (failure !== undefined) this.#host.log.error(`memorydb: ${name}: ${failure}`);
    else if (wasMade) this.#tell(at, cluster, `Cluster ${name} created`, "MemoryDB:CreateClusterComplete");
    this.replication.tend();
  }

  #forgetNode(at: At, name: string, nodeName: string): void {
    const arn = `${clusterArn(name, at)}/${nodeName}`;
    this.#endpoints.forget(arn);
    this.#power.forget(arn);
  }

  /** Has the nodes of a cluster run that are to run. @param failing those that fail now, and come back when that is seen to */
  async #reconcile(at: At, cluster: ClusterRecord, failing: readonly string[] = []): Promise<void> {
    for (const shard of cluster.shards) await this.#reconcileShard(at, cluster, shard, failing);
    this.replication.tend();
  }

  async #reconcileShard(
    at: At,
    cluster: ClusterRecord,
    { name, nodes, primary, restoresFrom }: ShardRecord,
    failing: readonly string[],
  ): Promise<void> {
    const shard = this.#shardOf(at, cluster, name);
    for (const gone of shard.ids.filter((id) => !nodes.some((node) => node.name === id))) {
      await shard.remove(gone);
      this.#forgetNode(at, cluster.name, gone);
    }
    for (const node of nodes) {
      if (shard.has(node.name)) continue;
      this.#addNode(at, cluster, name, node, shard);
      const isNew = cluster.state === "creating" && !existsSync(this.#folders.of(node.resourceId));
      if (isNew && restoresFrom !== undefined && node.name === primary)
        shard.restore(node.name, this.snapshotFiles.of(restoresFrom));
    }
    const on = nodes.filter((node) => this.#hasPower(at, cluster.name, name, node)).map((node) => node.name);
    const left = on.filter((id) => !failing.includes(id));
    const leading = left.includes(primary) ? primary : await this.#promote(at, cluster, name, left);
    const settings = (): ValkeySettings => this.#settingsOf(at, cluster);
    if (failing.length > 0) await shard.bringTo({ on: left, primary: leading, settings });
    if (!this.#background.isOver) await shard.bringTo({ on, primary: leading, settings });
    if (this.#background.isOver) await shard.stop();
  }

  #settingsOf(at: At, cluster: ClusterRecord): ValkeySettings {
    const { parameters, live } = parametersOf(
      findParameterGroup(cluster.parameterGroup, at.store).parameters,
    );
    return {
      parameters,
      live: { ...live, ...(cluster.multiRegion !== undefined && TELLING) },
      users: aclOf(cluster, at.store),
      // What is acknowledged outlives a node: https://docs.aws.amazon.com/memorydb/latest/devguide/durability.html
      isKept: true,
    };
  }

  /** @returns who is the primary from now on: the replica that lags least, or who was it where there is none */
  async #promote(
    at: At,
    { name }: ClusterRecord,
    shardName: string,
    left: readonly string[],
  ): Promise<string> {
    const clusters = at.store.collection(clusterRecords);
    const cluster = clusters.get([name]);
    const shard = this.#shards.get(shardKey(at, name, shardName));
    const old = cluster?.shards.find((one) => one.name === shardName)?.primary ?? "";
    const next = await shard?.promote(old, left);
    const current = clusters.get([name]);
    if (next === undefined || !current) return old;
    const shards = current.shards.map((one) => (one.name === shardName ? { ...one, primary: next } : one));
    this.replication.promoted(at, name);
    clusters.put([name], { ...current, shards });
    await shard?.lead(next);
    this.#tell(
      at,
      current,
      `Failover from primary node ${old} to replica node ${next} completed`,
      "MemoryDB:FailoverComplete",
    );
    return next;
  }

  #shardOf(at: At, cluster: ClusterRecord, name: string): ValkeyShard {
    const key = shardKey(at, cluster.name, name);
    const known = this.#shards.get(key);
    if (known) return known;
    const shard = new ValkeyShard({ primary: this.endpoints(at, cluster).cluster });
    this.#shards.set(key, shard);
    return shard;
  }

  #addNode(at: At, cluster: ClusterRecord, shardName: string, node: NodeRecord, shard: ValkeyShard): void {
    const log = this.#host.log.named(`squall.memorydb.${node.name}`);
    this.#sockets ??= this.#host.scratch("memorydb");
    const isPrimary = () =>
      at.store
        .collection(clusterRecords)
        .get([cluster.name])
        ?.shards.some((one) => one.name === shardName && one.primary === node.name) ?? false;
    shard.add(node.name, {
      place: {
        folder: this.#folders.of(node.resourceId),
        // Short: a socket's path has a hundred characters at most.
        socket: join(this.#sockets, String(this.#nodes++)),
        adminPassword: cluster.adminPassword,
      },
      endpoint: this.endpoints(at, cluster).node(node.name),
      say: (line) => log.debug(() => line),
      crashed: () => this.#soon(at, cluster.name, [node.name]),
      risen: (server) => this.replication.watch(at, cluster, server, isPrimary),
    });
  }

  #lookForFaults(): void {
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const cluster of at.store.collection(clusterRecords).values())
        if (cluster.shards.some((shard) => this.#isStruck(at, cluster.name, shard)))
          this.#soon(at, cluster.name);
    }
  }

  /** Does what runs of a shard differ from what has power? */
  #isStruck(at: At, name: string, { name: shardName, nodes }: ShardRecord): boolean {
    const shard = this.#shards.get(shardKey(at, name, shardName));
    return nodes.some(
      (node) =>
        shard?.has(node.name) &&
        this.#hasPower(at, name, shardName, node) !== (shard.running(node.name) !== undefined),
    );
  }

  #hasPower(at: At, clusterName: string, shardName: string, node: NodeRecord): boolean {
    const resource = clusterArn(clusterName, at);
    return this.#power.isOn(`${resource}/${node.name}`, at, {
      resource,
      input: {
        ClusterName: clusterName,
        ShardName: shardName,
        NodeName: node.name,
        AvailabilityZone: node.zone,
      },
    });
  }

  #tell(at: At, { name: source, topicArn }: ClusterRecord, message: string, name?: string): void {
    tellOfCache(this.#host, at, "memorydb", {
      sourceType: "cluster",
      source,
      message,
      topicArn,
      ...(name !== undefined && { name }),
    });
  }
}

const shardKey = (at: Place, name: string, shardName: string): string =>
  `${clusterArn(name, at)} ${shardName}`;
