import type { Place } from "../../../aws/arn-template.ts";
import { begin, whenOver } from "../../../aws/lifecycle.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Collection } from "../../../core/storage.ts";
import { Background, reasonOf } from "../../../processes/background.ts";
import { snapshotLifecycle } from "../lifecycles.ts";
import { kinds, type SnapshotKind, type SnapshotRecord, snapshotArn, snapshotsOf } from "../snapshot.ts";
import type { Databases } from "./databases.ts";

/** What databases held when snapshots of them were taken. */
export class Snapshots {
  readonly #host: ServiceHost;
  readonly #databases: Databases;
  readonly #background: Background;

  constructor(host: ServiceHost, databases: Databases) {
    this.#host = host;
    this.#background = new Background(host, "rds");
    this.#databases = databases;
  }

  /** What a former process has begun goes on. */
  resume(): void {
    for (const place of this.#host.scopes())
      for (const kind of Object.keys(kinds) as SnapshotKind[])
        for (const snapshot of this.#records(kind, place).values())
          if (snapshot.state === "creating") this.#follow(kind, place, snapshot);
  }

  stop(): void {
    this.#background.stop();
  }

  /** Takes a snapshot of what its record says. */
  take<S extends SnapshotRecord>(kind: SnapshotKind, { account, region }: Place, snapshot: S): S {
    const place = { account, region };
    const arn = snapshotArn(kind, snapshot.id, place);
    const transition = begin(snapshotLifecycle, "creating", arn, place, this.#host);
    const begun = { ...snapshot, transition };
    this.#records(kind, place).put([snapshot.id], begun);
    this.#follow(kind, place, begun);
    return begun;
  }

  /** Removes a snapshot and what it holds. */
  remove(kind: SnapshotKind, place: Place, { id, resourceId }: SnapshotRecord): void {
    this.#records(kind, place).delete([id]);
    this.#databases.removeFolder(resourceId);
  }

  #records(kind: SnapshotKind, { account, region }: Place): Collection<SnapshotRecord> {
    return snapshotsOf(kind, this.#host.store(account, region));
  }

  #follow(kind: SnapshotKind, place: Place, { id, turn, transition, resourceId, of }: SnapshotRecord): void {
    const records = this.#records(kind, place);
    const current = () => {
      const snapshot = this.#background.isOver ? undefined : records.get([id]);
      return snapshot?.resourceId === resourceId && snapshot.turn === turn ? snapshot : undefined;
    };
    this.#background.begin(`the snapshot ${id}`, async () => {
      if (!current()) return;
      const failure = await reasonOf(this.#databases.save(kind, place, of.id, resourceId));
      const held = await whenOver(transition, this.#host, this.#background.signal);
      const settled = current();
      if (!settled) return;
      const reason = held ?? failure;
      if (reason !== undefined) this.#host.log.error(`rds: there is no snapshot ${id}: ${reason}`);
      const state = reason === undefined ? "available" : "failed";
      records.put([id], { ...settled, state, transition: undefined, turn: turn + 1 });
    });
  }
}
