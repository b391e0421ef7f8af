import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../../../aws/arn-template.ts";
import { tellOfCache } from "../../../aws/cache-events.ts";
import { type ConnectionSubject, connectionFaults } from "../../../aws/connection-point.ts";
import { begin, type Transition, whenOver } from "../../../aws/lifecycle.ts";
import { NodePower } from "../../../aws/node-power.ts";
import { shortScratch } from "../../../core/scratch.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { behindLast } from "../../../core/text.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import type { Door } from "../../../processes/connections/door.ts";
import { DatabaseFolders } from "../../../processes/database-folders.ts";
import type { Endpoint } from "../../../processes/endpoint.ts";
import { Endpoints } from "../../../processes/endpoints.ts";
import { parametersOf } from "../../../processes/valkey/parameters.ts";
import { SnapshotFiles } from "../../../processes/valkey/snapshot-files.ts";
import { valkeyDoor } from "../../../processes/valkey/valkey-door.ts";
import type { ValkeySettings } from "../../../processes/valkey/valkey-server.ts";
import { ValkeyShard } from "../../../processes/valkey/valkey-shard.ts";
import {
  type CacheClusterRecord,
  cacheClusters,
  clusterArn,
  membersOf,
  NODE_ID,
  tlsModeOf,
} from "../cache-cluster.ts";
import { CONNECTION, NODE } from "../fault-points.ts";
import { clusterLifecycle, groupLifecycle } from "../lifecycles.ts";
import { findParameterGroup } from "../parameter-group.ts";
import {
  groupArn,
  NODE_GROUP_ID,
  type ReplicationGroupRecord,
  replicationGroups,
} from "../replication-group.ts";
import { type SnapshotRecord, snapshots } from "../snapshot.ts";
import { aclOf } from "./acl.ts";

interface At extends Place {
  readonly store: Store;
}

/** Whose nodes follow one primary: a replication group, or a cluster by itself. */
type Owner =
  | { readonly kind: "group"; readonly record: ReplicationGroupRecord }
  | { readonly kind: "cluster"; readonly record: CacheClusterRecord };

/** The servers of cache nodes, and the endpoints that lead to them. All of them end with Squall. */
export class Caches {
  readonly snapshotFiles: SnapshotFiles;
  readonly #host: ServiceHost;
  readonly #folders: DatabaseFolders;
  readonly #shards = new Map<string, ValkeyShard>();
  readonly #endpoints = new Endpoints();
  readonly #power: NodePower;
  /** What is being done with each group, or cluster by itself. */
  readonly #background: Background;
  readonly #unsubscribe: () => void;
  #sockets: string | undefined;
  #nodes = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#background = new Background(host, "elasticache");
    this.#folders = new DatabaseFolders(host, () => shortScratch("cache"));
    this.#power = new NodePower(host, NODE);
    this.snapshotFiles = new SnapshotFiles(this.#folders);
    this.#unsubscribe = host.bus.subscribe("fault.rule", () => this.#lookForFaults());
  }

  /** What a former process has left, however it ended: what ran runs again, and what was on its way goes on. */
  resume(): void {
    const kept = new Set<string>();
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const cluster of at.store.collection(cacheClusters).values()) kept.add(cluster.resourceId);
      for (const group of at.store.collection(replicationGroups).values()) {
        if (Object.hasOwn(groupLifecycle.stages, group.state)) this.#followGroup(at, group);
        else this.#soon(at, groupArn(group.id, at));
      }
      for (const cluster of at.store.collection(cacheClusters).values()) {
        if (Object.hasOwn(clusterLifecycle.stages, cluster.state)) this.#followCluster(at, cluster);
        else if (cluster.groupId === undefined) this.#soon(at, clusterArn(cluster.id, at));
      }
      // What is taken waits for what runs.
      for (const snapshot of at.store.collection(snapshots).values()) {
        kept.add(snapshot.resourceId);
        if (snapshot.state === "creating") this.takeSnapshot(at, snapshot);
      }
    }
    this.#folders.sweep(kept);
  }

  /** Has a replication group go to a state, and on from there by itself. */
  goGroup(
    place: Place,
    group: ReplicationGroupRecord,
    state: keyof typeof groupLifecycle.stages,
  ): ReplicationGroupRecord {
    const at = this.#at(place);
    const transition: Transition | undefined = begin(
      groupLifecycle,
      state,
      groupArn(group.id, at),
      place,
      this.#host,
    );
    const gone = { ...group, state, transition, turn: group.turn + 1 };
    at.store.collection(replicationGroups).put([group.id], gone);
    this.#followGroup(at, gone);
    return gone;
  }

  goCluster(
    place: Place,
    cluster: CacheClusterRecord,
    state: keyof typeof clusterLifecycle.stages,
  ): CacheClusterRecord {
    const at = this.#at(place);
    const transition: Transition | undefined = begin(
      clusterLifecycle,
      state,
      clusterArn(cluster.id, at),
      place,
      this.#host,
    );
    const gone = { ...cluster, state, transition, turn: cluster.turn + 1 };
    at.store.collection(cacheClusters).put([cluster.id], gone);
    this.#followCluster(at, gone);
    return gone;
  }

  /** Has the primary of a group fail, and a replica take its place; then it comes back as a replica. */
  failOver(place: Place, groupId: string): void {
    const at = this.#at(place);
    this.#background.take(groupArn(groupId, at), async () => {
      const group = at.store.collection(replicationGroups).get([groupId]);
      if (group) this.#tellGroup(at, group, `Test Failover API called for node group ${NODE_GROUP_ID}`);
      if (group) await this.#reconcile(at, { kind: "group", record: group }, [group.primary]);
    });
  }

  /** Takes a snapshot of what a cluster has written, behind the answer. */
  takeSnapshot(place: Place, { name, clusterId, groupId, resourceId }: SnapshotRecord): void {
    const at = this.#at(place);
    const cluster = at.store.collection(cacheClusters).get([clusterId]);
    const arn = ownerArn({ id: clusterId, groupId: groupId ?? cluster?.groupId }, at);
    this.#background.take(arn, async () => {
      const server = this.#shards.get(arn)?.running(clusterId);
      const failure = server
        ? await reasonOf(server.snapshot(this.snapshotFiles.of(resourceId)))
        : `${clusterId} is not running.`;
      const snapshot = at.store.collection(snapshots).get([name]);
      if (snapshot?.resourceId !== resourceId) return;
      if (failure !== undefined) this.#host.log.error(`elasticache: no snapshot ${name}: ${failure}`);
      const state = failure === undefined ? "available" : "failed";
      at.store.collection(snapshots).put([name], { ...snapshot, state });
      const current = at.store.collection(cacheClusters).get([clusterId]);
      if (current && failure === undefined)
        this.#tellCluster(
          at,
          current,
          `Snapshot succeeded for snapshot with ID '${name}' of cache cluster with ID '${clusterId}'`,
          "ElastiCache:SnapshotComplete",
        );
    });
  }

  /** What servers run with has changed: a parameter group, users. @param isMeant of which groups, and clusters by themselves */
  settingsChanged(
    place: Place,
    isMeant: (record: ReplicationGroupRecord | CacheClusterRecord) => boolean,
  ): void {
    const at = this.#at(place);
    for (const group of at.store.collection(replicationGroups).values())
      if (isMeant(group)) this.#soon(at, groupArn(group.id, at));
    for (const cluster of at.store.collection(cacheClusters).values())
      if (cluster.groupId === undefined && isMeant(cluster)) this.#soon(at, clusterArn(cluster.id, at));
  }

  /** Where a node is found. */
  endpoint(place: Place, { id, port }: Pick<CacheClusterRecord, "id" | "port">): Endpoint {
    const at = this.#at(place);
    return this.#endpoint(at, clusterArn(id, at), port, () => this.#nodeSubject(at, id));
  }

  /** Where the primary, the replicas and each node of a group are found. */
  groupEndpoints(place: Place, { id, port }: Pick<ReplicationGroupRecord, "id" | "port">) {
    const arn = groupArn(id, place);
    const at = this.#at(place);
    const subject = (Endpoint: string) => (socket?: string) => this.#groupSubject(at, id, Endpoint, socket);
    const primary = this.#endpoint(place, arn, port, subject("primary"));
    const node = (cluster: CacheClusterRecord) => this.endpoint(place, cluster);
    return { primary, reader: this.#endpoint(place, arn, port, subject("reader"), true), node };
  }

  async stop(): Promise<void> {
    this.#background.stop();
    this.#unsubscribe();
    await Promise.all([...this.#shards.values()].map((shard) => shard.stop()));
    this.#shards.clear();
    this.#folders.remove();
  }

  #at({ account, region }: Place): At {
    return { account, region, store: this.#host.store(account, region) };
  }

  /** As it is kept now: a group, or a cluster that is by itself; undefined when it is gone. */
  #owner(at: At, arn: string): Owner | undefined {
    const id = behindLast(":", arn);
    const record = at.store.collection(replicationGroups).get([id]);
    if (record && groupArn(id, at) === arn) return { kind: "group", record };
    const cluster = at.store.collection(cacheClusters).get([id]);
    return cluster && clusterArn(id, at) === arn ? { kind: "cluster", record: cluster } : undefined;
  }

  /** Makes what runs what is to run. */
  #soon(at: At, arn: string): void {
    this.#background.take(arn, async () => {
      const owner = this.#owner(at, arn);
      if (owner) await this.#reconcile(at, owner);
    });
  }

  #followGroup(at: At, { id, turn }: ReplicationGroupRecord): void {
    const arn = groupArn(id, at);
    const groups = at.store.collection(replicationGroups);
    const current = () => {
      const group = this.#background.isOver ? undefined : groups.get([id]);
      return group?.turn === turn ? group : undefined;
    };
    this.#background.take(arn, async () => {
      const group = current();
      if (!group) return;
      // What ElastiCache takes its time for is done at once, and shown when its time is over.
      const failure = await reasonOf(this.#doGroup(at, group));
      void this.#settleLater(group.transition, (held) => {
        const settled = current();
        if (!settled) return;
        const reason = held ?? failure;
        if (settled.state === "deleting") {
          for (const member of membersOf(id, at.store)) this.#forgetCluster(at, member);
          groups.delete([id]);
          this.#endpoints.forget(arn);
          this.#tellGroup(at, settled, `Replication group ${id} deleted`);
          return;
        }
        const wasMade = settled.state === "creating";
        const state = reason !== undefined && wasMade ? "create-failed" : "available";
        groups.put([id], { ...settled, state, transition: undefined, failure: reason, turn: turn + 1 });
        for (const member of membersOf(id, at.store))
          if (member.state === "creating") this.#settleCluster(at, member, state);
          else if (member.state === "deleting") this.#forgetCluster(at, member);
        if (reason !== undefined) this.#host.log.error(`elasticache: ${id}: ${reason}`);
        else if (wasMade)
          this.#tellGroup(
            at,
            settled,
            `Replication group ${id} created`,
            "ElastiCache:CreateReplicationGroupComplete",
          );
      });
    });
  }

  async #doGroup(at: At, group: ReplicationGroupRecord): Promise<void> {
    const arn = groupArn(group.id, at);
    const shard = this.#shards.get(arn);
    if (group.state !== "deleting") {
      for (const { id, state } of membersOf(group.id, at.store))
        if (state === "deleting") await shard?.remove(id);
      return this.#reconcile(at, { kind: "group", record: group });
    }
    for (const member of membersOf(group.id, at.store)) await shard?.remove(member.id);
    this.#endpoints.close(arn);
    this.#shards.delete(arn);
  }

  #followCluster(at: At, { id, turn, groupId }: CacheClusterRecord): void {
    const clusters = at.store.collection(cacheClusters);
    const current = () => {
      const cluster = this.#background.isOver ? undefined : clusters.get([id]);
      return cluster?.turn === turn ? cluster : undefined;
    };
    const owner = ownerArn({ id, groupId }, at);
    this.#background.take(owner, async () => {
      const cluster = current();
      if (!cluster) return;
      const failure = await reasonOf(this.#doCluster(at, cluster, owner));
      void this.#settleLater(cluster.transition, (held) => {
        const settled = current();
        if (!settled) return;
        if (settled.state === "deleting") {
          this.#forgetCluster(at, settled);
          this.#endpoints.forget(clusterArn(id, at));
          this.#tellCluster(at, settled, "Cache cluster deleted", "ElastiCache:DeleteCacheClusterComplete");
          return;
        }
        const reason = held ?? failure;
        const state = reason !== undefined && settled.state === "creating" ? "create-failed" : "available";
        if (reason !== undefined) this.#host.log.error(`elasticache: ${id}: ${reason}`);
        this.#settleCluster(at, settled, state, reason);
        if (settled.state === "creating" && state === "available")
          this.#tellCluster(
            at,
            settled,
            "Cache cluster created",
            "ElastiCache:CacheClusterProvisioningComplete",
          );
        if (settled.state === "rebooting cluster nodes")
          this.#tellCluster(at, settled, `Cache node ${NODE_ID} restarted`, "ElastiCache:CacheNodesRebooted");
      });
    });
  }

  async #doCluster(at: At, cluster: CacheClusterRecord, ownerArn: string): Promise<void> {
    const owner = this.#owner(at, ownerArn);
    if (cluster.state === "deleting") {
      await this.#shards.get(ownerArn)?.remove(cluster.id);
      if (cluster.groupId === undefined) this.#shards.delete(ownerArn);
      else if (owner) await this.#reconcile(at, owner);
      return;
    }
    // A node that is rebooted comes back empty, and when it is the primary its replicas do as it does:
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
    if (cluster.state === "rebooting cluster nodes") await this.#shards.get(ownerArn)?.empty(cluster.id);
    if (owner) await this.#reconcile(at, owner, [], false);
  }

  async #settleLater(
    transition: Transition | undefined,
    settle: (failure: string | undefined) => void,
  ): Promise<void> {
    const work = this.#host.atWork();
    try {
      if (transition) work[Symbol.dispose]();
      settle(await whenOver(transition, this.#host, this.#background.signal));
    } finally {
      work[Symbol.dispose]();
    }
  }

  #settleCluster(at: At, cluster: CacheClusterRecord, state: string, failure?: string): void {
    at.store
      .collection(cacheClusters)
      .put([cluster.id], { ...cluster, state, transition: undefined, failure, turn: cluster.turn + 1 });
  }

  #forgetCluster(at: At, { id }: CacheClusterRecord): void {
    at.store.collection(cacheClusters).delete([id]);
    this.#endpoints.forget(clusterArn(id, at));
    this.#power.forget(clusterArn(id, at));
  }

  /**
   * Has the nodes of a group run that are to run, and one of them be the primary.
   * @param failing those that fail now, and come back when that is seen to
   * @param canFailOver may a replica take the primary's place? A reboot is no failure
   */
  async #reconcile(at: At, owner: Owner, failing: readonly string[] = [], canFailOver = true): Promise<void> {
    const { record } = owner;
    const arn = owner.kind === "group" ? groupArn(record.id, at) : clusterArn(record.id, at);
    const shard = this.#shardOf(at, owner, arn);
    const members = (owner.kind === "group" ? membersOf(record.id, at.store) : [owner.record]).filter(
      ({ state }) => state !== "deleting",
    );
    for (const member of members) {
      if (shard.has(member.id)) continue;
      this.#addNode(at, owner, member, shard, arn);
      const { restoresFrom } = member;
      if (
        member.state === "creating" &&
        restoresFrom !== undefined &&
        !existsSync(this.#folders.of(member.resourceId))
      )
        shard.restore(member.id, this.snapshotFiles.of(restoresFrom));
    }
    const on = members.filter((member) => this.#hasPower(at, member)).map(({ id }) => id);
    const settings = (): ValkeySettings => ({
      ...parametersOf(findParameterGroup(record.parameterGroup, at.store).parameters),
      users: aclOf(record, at.store),
      isKept: this.#folders.areKept,
    });
    let primary = owner.kind === "group" ? owner.record.primary : record.id;
    const left = on.filter((id) => !failing.includes(id));
    const isDown = !left.includes(primary);
    if (owner.kind === "group" && isDown && canFailOver && owner.record.hasFailover)
      primary = await this.#promote(at, owner.record, shard, left);
    if (failing.length > 0) await shard.bringTo({ on: left, primary, settings });
    for (const member of members.filter(({ id }) => failing.includes(id)))
      this.#tellCluster(at, member, `Recovering cache nodes ${NODE_ID}`);
    if (this.#background.isOver) return shard.stop();
    await shard.bringTo({ on, primary, settings });
    if (this.#background.isOver) return shard.stop();
    for (const member of members.filter(({ id }) => failing.includes(id)))
      this.#tellCluster(at, member, `Finished recovery for cache nodes ${NODE_ID}`);
  }

  /** @returns who is the primary from now on: the replica that lags least, or who was it where there is none */
  async #promote(
    at: At,
    group: ReplicationGroupRecord,
    shard: ValkeyShard,
    left: readonly string[],
  ): Promise<string> {
    const { primary: old } = group;
    const next = await shard.promote(old, left);
    if (next === undefined) return old;
    const groups = at.store.collection(replicationGroups);
    const current = groups.get([group.id]);
    if (current) groups.put([group.id], { ...current, primary: next });
    await shard.lead(next);
    const message = `Failover from primary node ${old} to replica node ${next} completed`;
    const promoted = at.store.collection(cacheClusters).get([next]);
    if (promoted) this.#tellCluster(at, promoted, message);
    this.#tellGroup(at, group, message, "ElastiCache:FailoverComplete");
    return next;
  }

  #shardOf(at: At, { kind, record }: Owner, arn: string): ValkeyShard {
    const known = this.#shards.get(arn);
    if (known) return known;
    const shard = new ValkeyShard(kind === "group" ? this.groupEndpoints(at, record) : {});
    this.#shards.set(arn, shard);
    return shard;
  }

  #addNode(at: At, { record }: Owner, member: CacheClusterRecord, shard: ValkeyShard, arn: string): void {
    const log = this.#host.log.named(`squall.elasticache.${member.id}`);
    this.#sockets ??= this.#host.scratch("cache");
    shard.add(member.id, {
      place: {
        folder: this.#folders.of(member.resourceId),
        // Short: a socket's path has a hundred characters at most.
        socket: join(this.#sockets, String(this.#nodes++)),
        adminPassword: record.adminPassword,
      },
      endpoint: this.endpoint(at, member),
      say: (line) => log.debug(() => line),
      crashed: () =>
        this.#background.take(arn, async () => {
          const owner = this.#owner(at, arn);
          if (owner) await this.#reconcile(at, owner, [member.id]);
        }),
    });
  }

  #tellGroup(at: At, { id, topicArn }: ReplicationGroupRecord, message: string, name?: string): void {
    tellOfCache(this.#host, at, "elasticache", {
      sourceType: "replication-group",
      source: id,
      message,
      topicArn,
      ...(name && { name }),
    });
  }

  #tellCluster(at: At, { id, topicArn }: CacheClusterRecord, message: string, name?: string): void {
    tellOfCache(this.#host, at, "elasticache", {
      sourceType: "cache-cluster",
      source: id,
      message,
      topicArn,
      ...(name && { name }),
    });
  }

  #lookForFaults(): void {
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      const changed = new Set<string>();
      for (const cluster of at.store.collection(cacheClusters).values()) {
        const arn = ownerArn(cluster, at);
        const isRunning = this.#shards.get(arn)?.running(cluster.id) !== undefined;
        if (this.#shards.get(arn)?.has(cluster.id) && this.#hasPower(at, cluster) !== isRunning)
          changed.add(arn);
      }
      for (const arn of changed) this.#soon(at, arn);
    }
  }

  #hasPower(at: At, { id, groupId, zone }: CacheClusterRecord): boolean {
    const arn = clusterArn(id, at);
    return this.#power.isOn(arn, at, {
      resource: [arn, ...(groupId === undefined ? [] : [groupArn(groupId, at)])],
      input: {
        CacheClusterId: id,
        AvailabilityZone: zone,
        ...(groupId !== undefined && { ReplicationGroupId: groupId, NodeGroupId: NODE_GROUP_ID }),
      },
    });
  }

  #endpoint(
    place: Place,
    arn: string,
    port: number,
    subjectOf: (socket: string | undefined) => ConnectionSubject,
    isReader = false,
  ): Endpoint {
    return this.#endpoints.of(arn, port, () => connectionFaults(this.#host, CONNECTION, place, subjectOf), {
      isReader,
      door: (address) => this.#door(this.#at(place), arn, address),
    });
  }

  /** Clients of a cache with encryption in transit speak TLS to its endpoints; its server speaks plainly. */
  #door(at: At, arn: string, address: string): Door {
    const { certificate } = this.#host;
    const id = behindLast(":", arn);
    return valkeyDoor({
      mode: () => tlsModeOf(this.#owner(at, arn)?.record),
      certificate: certificate && (() => certificate(address)),
      failed: (reason) => this.#host.log.warn(`elasticache: nobody is let in at ${id}: ${reason}`),
    });
  }

  /** What rules see of a connection by a node's own endpoint. */
  #nodeSubject(at: At, id: string): ConnectionSubject {
    const groupId = at.store.collection(cacheClusters).get([id])?.groupId;
    return {
      resource: [clusterArn(id, at), ...(groupId === undefined ? [] : [groupArn(groupId, at)])],
      input: {
        Endpoint: "node",
        CacheClusterId: id,
        ...(groupId !== undefined && { ReplicationGroupId: groupId }),
      },
    };
  }

  /** What rules see of a connection by a group's endpoint: it is to the node behind the socket as well. */
  #groupSubject(at: At, groupId: string, Endpoint: string, socket: string | undefined): ConnectionSubject {
    const shard = this.#shards.get(groupArn(groupId, at));
    const behind = membersOf(groupId, at.store).find(
      ({ id }) => socket !== undefined && shard?.running(id)?.socket === socket,
    );
    return {
      resource: [groupArn(groupId, at), ...(behind ? [clusterArn(behind.id, at)] : [])],
      input: { Endpoint, ReplicationGroupId: groupId, ...(behind && { CacheClusterId: behind.id }) },
    };
  }
}

/** The ARN of what a cluster runs with: its replication group, or itself. */
const ownerArn = ({ id, groupId }: Pick<CacheClusterRecord, "id" | "groupId">, at: At): string =>
  groupId === undefined ? clusterArn(id, at) : groupArn(groupId, at);
