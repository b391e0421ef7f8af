import { begin, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import {
  changeRegional,
  type GlobalClusterRecord,
  globalArn,
  globalsOf,
  HOME,
  type Move,
  type RegionalCluster,
  regionalOf,
} from "../global-cluster.ts";
import { globalLifecycle } from "../lifecycles.ts";
import { tell } from "./events.ts";
import type { Replication } from "./replication.ts";

/** What is written in one Region, and read in others: another of them becomes the one that is written to. */
export class GlobalClusters {
  readonly #host: ServiceHost;
  readonly #replication: Replication;
  readonly #background: Background;

  constructor(host: ServiceHost, replication: Replication) {
    this.#host = host;
    this.#background = new Background(host, "rds");
    this.#replication = replication;
  }

  /** What a former process has begun goes on, before anything of its clusters runs again. */
  resume(): void {
    for (const { account, region } of this.#host.scopes())
      if (region === HOME)
        for (const global of globalsOf(this.#host, account).values())
          if (global.move) this.#follow(account, global);
  }

  stop(): void {
    this.#background.stop();
  }

  /** Hands a global cluster over to the cluster of another Region. */
  move(account: string, global: GlobalClusterRecord, move: Move): GlobalClusterRecord {
    const state = move.losesData ? "failing-over" : "switching-over";
    const place = { account, region: HOME };
    const transition = begin(globalLifecycle, state, globalArn(global.name, account), place, this.#host);
    const gone = { ...global, state, transition, move, turn: global.turn + 1 };
    globalsOf(this.#host, account).put([global.name], gone);
    this.#follow(account, gone);
    return gone;
  }

  /** Has a cluster that follows another be one of its own, that is written to. */
  detach({ place, cluster, arn }: RegionalCluster): void {
    const work = this.#host.atWork();
    const heir = this.#replication.heirOf(place, cluster.id);
    const detached = this.#replication.withClusters([arn], async () => {
      if (heir !== undefined) await this.#replication.promote(place, heir);
      changeRegional(
        { place, cluster, arn },
        { source: undefined, globalCluster: undefined, writer: heir },
        this.#host,
      );
      await this.#replication.restore(place, cluster.id);
    });
    detached
      .catch((error: unknown) => this.#host.log.error(`rds: ${cluster.id} is not written to`, error))
      .finally(() => work[Symbol.dispose]());
  }

  #follow(account: string, { name, turn, move, transition }: GlobalClusterRecord): void {
    if (!move) return;
    this.#background.begin(name, async () => {
      const globals = globalsOf(this.#host, account);
      const current = () => {
        const global = this.#background.isOver ? undefined : globals.get([name]);
        return global?.turn === turn ? global : undefined;
      };
      if (!current()) return;
      const clusters = regionalOf(name, account, this.#host);
      const target = clusters.find(({ arn }) => arn === move.to);
      if (!target) return;
      const { region } = target.place;
      const told = `DB cluster ${target.cluster.id} in Region ${region}`;
      if (!move.losesData)
        tell(
          this.#host,
          target.place,
          target.cluster.id,
          "RDS-EVENT-0181",
          `Global switchover to ${told} started.`,
        );
      const arns = clusters.map(({ arn }) => arn);
      const failure = await reasonOf(
        this.#replication.withClusters(arns, () => this.#handOver(clusters, move)),
      );
      if (failure !== undefined && !this.#background.isOver)
        this.#host.log.error(`rds: ${name} is not handed over: ${failure}`);
      await whenOver(transition, this.#host, this.#background.signal);
      const settled = current();
      if (!settled) return;
      const [id, message] = move.losesData
        ? (["RDS-EVENT-0238", `Global failover to ${told} completed.`] as const)
        : (["RDS-EVENT-0185", `Global switchover to ${told} finished.`] as const);
      if (failure === undefined) tell(this.#host, target.place, target.cluster.id, id, message);
      globals.put([name], {
        ...settled,
        state: "available",
        transition: undefined,
        move: undefined,
        turn: turn + 1,
      });
    });
  }

  /** Who was written to ends, when its heir has all that it has; or as it is, when data may be lost. */
  async #handOver(clusters: readonly RegionalCluster[], move: Move): Promise<void> {
    const target = clusters.find(({ arn }) => arn === move.to);
    if (!target || this.#background.isOver) return;
    try {
      await this.#moveWriter(clusters, target, move);
    } catch (error) {
      // All is as it was.
      for (const { place, cluster } of clusters) await this.#replication.restore(place, cluster.id);
      throw error;
    }
    await this.#replication.restore(target.place, target.cluster.id);
    // Where data is lost, others may have what the new writer does not have.
    for (const { place, cluster } of clusters.filter((one) => one !== target))
      await this.#replication.restore(place, cluster.id, move.losesData);
  }

  async #moveWriter(
    clusters: readonly RegionalCluster[],
    target: RegionalCluster,
    { from, to, heir, losesData }: Move,
  ): Promise<void> {
    const old = clusters.find(({ arn }) => arn === from);
    const oldWriter = old?.cluster.writer;
    if (old && oldWriter !== undefined)
      await this.#replication.endWriter(
        { place: old.place, id: oldWriter },
        losesData ? undefined : { place: target.place, id: heir },
      );
    await this.#replication.promote(target.place, heir);
    for (const one of clusters)
      changeRegional(
        one,
        one === target ? { source: undefined, writer: heir } : { source: to, writer: undefined },
        this.#host,
      );
  }
}
