import { existsSync, rmSync } from "node:fs";
import { DatabaseFiles } from "../../../processes/database-files.ts";
import type { DatabaseServer } from "../../../processes/database-server.ts";
import { clusterOf, clusterRecords } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceRecords } from "../db-instance.ts";
import type { At } from "./at.ts";
import type { Servers } from "./servers.ts";

/** What databases hold, beside those that run: snapshots, and clusters that have no instance. */
export class Storage {
  readonly #servers: Servers;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  /** Leaves in a folder what an instance holds, or a cluster of this name. */
  async save(of: DbInstanceRecord | string, at: At, resourceId: string): Promise<void> {
    const folder = this.#servers.folder(resourceId);
    // An earlier process may have done it.
    if (existsSync(new DatabaseFiles(folder).data)) return;
    const server = typeof of === "string" ? await this.#holderOf(of, at) : this.#servers.of(of, at);
    await server.save(folder);
  }

  /** Leaves to its cluster what its last instance holds. */
  async keep(instance: DbInstanceRecord, at: At): Promise<void> {
    const cluster = clusterOf(instance, at.store);
    const server = this.#servers.of(instance, at);
    if (cluster?.writer === instance.id && server.isThere)
      await server.save(this.#servers.folder(cluster.resourceId));
  }

  /** The folder that a writer begins with: of a snapshot, or of what its cluster holds already. */
  sourceOf(instance: DbInstanceRecord, at: At): string | undefined {
    if (instance.restoredFrom !== undefined) return this.#servers.folder(instance.restoredFrom);
    const cluster = clusterOf(instance, at.store);
    return cluster && this.#servers.storageOf(cluster).isThere
      ? this.#servers.folder(cluster.resourceId)
      : undefined;
  }

  /** Removes the folder of a snapshot, or of a cluster's storage. */
  remove(resourceId: string): void {
    rmSync(this.#servers.folder(resourceId), { recursive: true, force: true });
  }

  /** Who holds the data of a cluster: its writer, or nobody who runs. */
  async #holderOf(id: string, at: At): Promise<DatabaseServer> {
    const cluster = at.store.collection(clusterRecords).get([id]);
    if (!cluster) throw new Error(`${id} is not there any more.`);
    const writer = at.store.collection(instanceRecords).get([cluster.writer ?? ""]);
    if (writer && this.#servers.isThere(writer, at)) return this.#servers.of(writer, at);
    const storage = this.#servers.storageOf(cluster);
    if (!storage.isThere) await storage.create(cluster);
    return storage;
  }
}
