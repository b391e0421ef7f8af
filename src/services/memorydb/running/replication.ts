import type { Place } from "../../../aws/arn-template.ts";
import { StandingHits } from "../../../aws/standing-hits.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { ValkeyServer } from "../../../processes/valkey/valkey-server.ts";
import { type ClusterRecord, clusterArn } from "../cluster.ts";
import { REPLICATION } from "../fault-points.ts";
import { homeOf, multiRegionArn, regionalOf } from "../multi-region-cluster.ts";
import { Keys, type Watch } from "./keys.ts";
import { joiningClusters, unsentKeys } from "./unsent.ts";

/** So many are asked for, and written, without waiting for each. */
const KEYS_AT_ONCE = 200;

/** What it needs to know of the servers. */
interface Primaries {
  /** The server that a cluster is written to, when it runs. */
  primaryOf(place: Place, name: string): ValkeyServer | undefined;
}

/** A multi-Region cluster. */
interface Group {
  readonly account: string;
  readonly name: string;
}

/** A key that has been written in one region, and the place of that write in the order of all. */
interface Written {
  readonly group: Group;
  readonly from: string;
  readonly key: string;
  readonly order: number;
}

/** A regional cluster of it. */
interface Member extends Place {
  readonly arn: string;
  readonly cluster: ClusterRecord;
}

/**
 * What regional clusters of one multi-Region cluster send each other. Each is written to by itself; what a key holds goes to the
 * others, and where it has been written in two regions the later write is everybody's in the end. What cannot be sent (a rule pauses
 * it, a cluster does not run) waits, and is kept.
 */
export class Replication {
  readonly #host: ServiceHost;
  readonly #primaries: Primaries;
  readonly #groups = new Map<string, Group>();
  /** By the ARN of a regional cluster: the place of each key's write in the order of all, as long as anything waits. */
  readonly #written = new Map<string, Map<string, number>>();
  /** What has been heard of in this turn. */
  #news: Written[] = [];
  /** What waits, by whom it comes from and whom it goes to: keys, with the place of the write. */
  readonly #waiting = new Map<string, Map<string, number>>();
  /** What of that has not been kept. */
  readonly #loose = new Map<string, Set<string>>();
  /** How often each cluster has yet to tell of a key that we have written. */
  readonly #ours = new Map<string, Map<string, number>>();
  readonly #faults = new Map<string, StandingHits>();
  readonly #keys = new WeakMap<ValkeyServer, Keys>();
  readonly #watches = new Set<Watch>();
  /** New regional clusters, by ARN, that nobody has been there for yet to tell them what there is. */
  readonly #joining = new Map<string, Group>();
  /** Those that are being told. */
  readonly #telling = new Set<string>();
  /** Links that something is being sent by, until all of it is. */
  readonly #sending = new Map<string, Promise<void>>();
  #order = 0;
  #isOver = false;

  constructor(host: ServiceHost, primaries: Primaries) {
    this.#host = host;
    this.#primaries = primaries;
  }

  /** What a former process has not sent waits still. */
  resume(): void {
    const accounts = new Set(this.#host.scopes().map((scope) => scope.account));
    for (const account of accounts)
      for (const { key, value } of homeOf(this.#host, account).collection(unsentKeys).entries()) {
        const [group = "", from = "", to = "", name = ""] = key.map(String);
        this.#groups.set(`${account} ${group}`, { account, name: group });
        mapOf(this.#waiting, linkOf(from, to)).set(name, value);
        const written = mapOf(this.#written, from);
        written.set(name, Math.max(value, written.get(name) ?? 0));
        this.#order = Math.max(this.#order, value);
      }
    for (const account of accounts)
      for (const { key } of homeOf(this.#host, account).collection(joiningClusters).entries()) {
        const [name = "", arn = ""] = key.map(String);
        this.#joining.set(arn, this.#groupOf(account, name));
      }
  }

  /** What has not been sent waits for the next process; nobody is let in any more. */
  async stop(): Promise<void> {
    // Of a server that has gone nothing more is heard.
    await Promise.allSettled([...this.#watches].map((watch) => watch.caughtUp()));
    this.#handOut();
    for (const group of this.#groups.values()) {
      const members = this.#members(group);
      for (const from of members)
        for (const to of members) if (from !== to) this.#keep(group, from.arn, to.arn);
    }
    this.#isOver = true;
  }

  /** Does a rule keep a multi-Region cluster from replicating, in any region? */
  isPaused(account: string, name: string): boolean {
    return this.#members({ account, name }).some((member) => this.#isHeld(member));
  }

  /** Hears of every key of a server that is about to let somebody in. @param isPrimary is it the one that is written to now? */
  async watch(
    { account, region }: Place,
    cluster: ClusterRecord,
    server: ValkeyServer,
    isPrimary: () => boolean,
  ): Promise<void> {
    const { name, multiRegion } = cluster;
    if (multiRegion === undefined) return;
    const group = this.#groupOf(account, multiRegion);
    const arn = clusterArn(name, { account, region });
    if (isPrimary()) this.#ours.delete(arn);
    for (const watch of this.#watches) if (watch.isOver) this.#watches.delete(watch);
    const watch = await Keys.watch(server, (key, event) => {
      if (isPrimary() && !this.#isOurs(arn, key, event)) this.#note(group, arn, key);
    });
    this.#watches.add(watch);
  }

  /** A new regional cluster gets what the others hold: at once, or as soon as one of them runs. */
  async join({ account, region }: Place, { name, multiRegion }: ClusterRecord): Promise<void> {
    if (multiRegion === undefined) return;
    const arn = clusterArn(name, { account, region });
    const group = this.#groupOf(account, multiRegion);
    if (this.#members(group).length < 2) return;
    this.#joining.set(arn, group);
    homeOf(this.#host, account).collection(joiningClusters).put([multiRegion, arn], true);
    await this.#tell(group, arn);
  }

  /** Has a new regional cluster told what one of the others holds, if one of them runs. */
  async #tell(group: Group, arn: string): Promise<void> {
    const members = this.#members(group);
    const to = members.find((member) => member.arn === arn);
    const from = members.find(
      (member) => member !== to && this.#primaries.primaryOf(member, member.cluster.name),
    );
    const server = from && this.#primaries.primaryOf(from, from.cluster.name);
    if (!to || !server || this.#telling.has(arn)) return;
    this.#telling.add(arn);
    try {
      const link = linkOf(from.arn, arn);
      const waiting = mapOf(this.#waiting, link);
      // What has been written to it meanwhile is later.
      for await (const key of (await this.#keysOf(server)).all())
        if (!waiting.has(key)) this.#wait(from.arn, arn, key, this.#written.get(from.arn)?.get(key) ?? 0);
      // What is being sent may have had its last look at what waits.
      await this.#sending.get(link);
      await this.#send(group, from, to);
      if (this.#isOver) return;
      this.#joining.delete(arn);
      homeOf(this.#host, group.account).collection(joiningClusters).delete([group.name, arn]);
    } finally {
      this.#telling.delete(arn);
    }
  }

  /** Another node of a cluster is the primary from now on: what the former has yet to tell it does not. */
  promoted(place: Place, name: string): void {
    this.#ours.delete(clusterArn(name, place));
  }

  /** One that is deleted is told nothing any more, and tells nothing. */
  leave({ account, region }: Place, { name, multiRegion }: ClusterRecord): void {
    if (multiRegion === undefined) return;
    const arn = clusterArn(name, { account, region });
    for (const link of [...this.#waiting.keys()].filter((one) => one.split(" ").includes(arn)))
      for (const known of [this.#waiting, this.#loose]) known.delete(link);
    for (const known of [this.#written, this.#ours, this.#faults, this.#joining]) known.delete(arn);
    homeOf(this.#host, account).collection(joiningClusters).delete([multiRegion, arn]);
    const kept = homeOf(this.#host, account).collection(unsentKeys);
    for (const { key } of [...kept.entries({ prefix: [multiRegion] })])
      if (key[1] === arn || key[2] === arn) kept.delete(key);
  }

  /** Rules have come or gone, or a cluster runs that did not: sends what can be sent, and keeps what cannot. */
  tend(): void {
    for (const [arn, group] of this.#joining)
      void this.#tell(group, arn).catch((error: Error) => {
        if (!this.#isOver) this.#host.log.warn(`memorydb: ${arn} has not been told: ${error.message}`);
      });
    for (const group of this.#groups.values()) {
      const members = this.#members(group);
      for (const from of members) for (const to of members) if (from !== to) void this.#send(group, from, to);
    }
  }

  #groupOf(account: string, name: string): Group {
    const known = this.#groups.get(`${account} ${name}`) ?? { account, name };
    this.#groups.set(`${account} ${name}`, known);
    return known;
  }

  #members({ account, name }: Group): Member[] {
    return regionalOf(name, account, this.#host)
      .filter(({ cluster }) => cluster.state !== "deleting")
      .map(({ region, cluster }) => ({
        account,
        region,
        cluster,
        arn: clusterArn(cluster.name, { account, region }),
      }));
  }

  /** A key has been written in one region. */
  #note(group: Group, from: string, key: string): void {
    const order = ++this.#order;
    mapOf(this.#written, from).set(key, order);
    // Many are written at once: who is to hear of them is looked for once.
    if (this.#news.push({ group, from, key, order }) === 1) setImmediate(() => this.#spread());
  }

  #spread(): void {
    if (this.#isOver) return;
    this.#handOut();
    this.tend();
    this.#forgetOrder();
  }

  /** What has been heard of waits for each of the others. */
  #handOut(): void {
    const news = this.#news;
    this.#news = [];
    const members = new Map(
      [...new Set(news.map(({ group }) => group))].map((group) => [group, this.#members(group)]),
    );
    for (const { group, from, key, order } of news)
      for (const { arn } of members.get(group) ?? []) if (arn !== from) this.#wait(from, arn, key, order);
  }

  /** Once nothing waits it is all the same when a key was written. */
  #forgetOrder(): void {
    const isQuiet =
      this.#joining.size === 0 &&
      this.#news.length === 0 &&
      [...this.#waiting.values()].every(({ size }) => size === 0);
    if (isQuiet) this.#written.clear();
  }

  #wait(from: string, to: string, key: string, order: number): void {
    mapOf(this.#waiting, linkOf(from, to)).set(key, order);
    this.#looseOf(from, to).add(key);
  }

  /** Resolves when what waits has been sent, or cannot be. */
  async #send(group: Group, from: Member, to: Member): Promise<void> {
    const link = linkOf(from.arn, to.arn);
    const underWay = this.#sending.get(link);
    if (underWay) return underWay;
    const waiting = this.#waiting.get(link);
    if (!waiting || waiting.size === 0 || this.#isOver) return;
    if (!this.#serversOf(from, to)) {
      this.#keep(group, from.arn, to.arn);
      return;
    }
    const work = this.#host.atWork();
    const sending = this.#sendAll(group, from, to, waiting)
      .catch((error: Error) => {
        this.#keep(group, from.arn, to.arn);
        if (!this.#isOver)
          this.#host.log.warn(`memorydb: ${from.arn} has not been replicated: ${error.message}`);
      })
      .finally(() => {
        this.#sending.delete(link);
        work[Symbol.dispose]();
      });
    this.#sending.set(link, sending);
    await sending;
  }

  /** Both primaries, unless a rule is between them, or one does not run. */
  #serversOf(from: Member, to: Member): readonly [ValkeyServer, ValkeyServer] | undefined {
    if ([from, to].some((member) => this.#isHeld(member))) return undefined;
    const [source, target] = [from, to].map((member) =>
      this.#primaries.primaryOf(member, member.cluster.name),
    );
    return source && target && [source, target];
  }

  async #sendAll(group: Group, from: Member, to: Member, waiting: Map<string, number>): Promise<void> {
    const kept = homeOf(this.#host, group.account).collection(unsentKeys);
    while (waiting.size > 0) {
      const servers = this.#isOver ? undefined : this.#serversOf(from, to);
      if (!servers) {
        this.#keep(group, from.arn, to.arn);
        return;
      }
      const next = Iterator.from(waiting).take(KEYS_AT_ONCE).toArray();
      const [source, target] = [await this.#keysOf(servers[0]), await this.#keysOf(servers[1])];
      await Promise.all(next.map(([key, order]) => this.#sendKey(to, source, target, key, order)));
      // All of it has been kept for the next process.
      if (this.#isOver) return;
      for (const [key, order] of next) {
        // It may have been written again meanwhile.
        if (waiting.get(key) !== order) continue;
        waiting.delete(key);
        this.#looseOf(from.arn, to.arn).delete(key);
        kept.delete([group.name, from.arn, to.arn, key]);
      }
    }
    this.#forgetOrder();
  }

  async #sendKey(to: Member, source: Keys, target: Keys, key: string, order: number): Promise<void> {
    const written = mapOf(this.#written, to.arn);
    if ((written.get(key) ?? 0) > order) return;
    const state = await source.read(key);
    const ours = mapOf(this.#ours, to.arn);
    ours.set(key, (ours.get(key) ?? 0) + 1);
    let isToBeTold = false;
    try {
      isToBeTold = await target.write(key, state);
    } finally {
      if (!isToBeTold) this.#forgetOurs(ours, key);
    }
    written.set(key, order);
  }

  /** Is it one of the writes that we have made ourselves? */
  #isOurs(arn: string, key: string, event: string): boolean {
    const ours = this.#ours.get(arn);
    if ((event !== "restore" && event !== "del") || !ours?.has(key)) return false;
    this.#forgetOurs(ours, key);
    return true;
  }

  #forgetOurs(ours: Map<string, number>, key: string): void {
    const left = (ours.get(key) ?? 0) - 1;
    if (left > 0) ours.set(key, left);
    else ours.delete(key);
  }

  /** What waits longer than a moment outlives this process. */
  #keep({ account, name }: Group, from: string, to: string): void {
    if (this.#isOver) return;
    const kept = homeOf(this.#host, account).collection(unsentKeys);
    const waiting = mapOf(this.#waiting, linkOf(from, to));
    const loose = this.#looseOf(from, to);
    for (const key of loose) kept.put([name, from, to, key], waiting.get(key) ?? 0);
    loose.clear();
  }

  /** A server that has been started anew is asked by another connection. */
  async #keysOf(server: ValkeyServer): Promise<Keys> {
    const known = this.#keys.get(server);
    if (known && !known.isOver) return known;
    const keys = await Keys.of(server);
    this.#keys.set(server, keys);
    return keys;
  }

  #looseOf(from: string, to: string): Set<string> {
    const loose = this.#loose.get(linkOf(from, to)) ?? new Set<string>();
    this.#loose.set(linkOf(from, to), loose);
    return loose;
  }

  #isHeld(member: Member): boolean {
    const { account, region, arn, cluster } = member;
    const name = cluster.multiRegion ?? "";
    const faults =
      this.#faults.get(arn) ??
      new StandingHits(this.#host, {
        points: [REPLICATION],
        place: { account, region },
        subjects: () => [
          {
            point: REPLICATION,
            resource: [multiRegionArn(name, account), arn],
            input: { Region: region, ClusterName: cluster.name, MultiRegionClusterName: name },
          },
        ],
      });
    this.#faults.set(arn, faults);
    return faults.look().some(({ effect }) => effect === "pause");
  }
}

const linkOf = (from: string, to: string): string => `${from} ${to}`;

function mapOf(maps: Map<string, Map<string, number>>, name: string): Map<string, number> {
  const known = maps.get(name) ?? new Map<string, number>();
  maps.set(name, known);
  return known;
}
