import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { DatabaseFolders } from "../../../processes/database-folders.ts";
import type { DatabaseServer } from "../../../processes/database-server.ts";
import { databaseFolder } from "../../../processes/database-user.ts";
import type { DbClusterRecord } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceArn } from "../db-instance.ts";
import { engineOf } from "../engine.ts";
import { programsOf, StandIn } from "./programs.ts";

/** The servers of DB instances, and the folder that all of them are in. */
export class Servers {
  readonly #host: ServiceHost;
  readonly #servers = new Map<string, DatabaseServer>();
  readonly #folders: DatabaseFolders;
  readonly #crashed: (id: string, place: Place) => void;
  readonly #standIn = new StandIn();

  /** @param crashed hears of an instance whose server has ended without having been told to */
  constructor(host: ServiceHost, crashed: (id: string, place: Place) => void) {
    this.#host = host;
    this.#crashed = crashed;
    this.#folders = new DatabaseFolders(host, () => databaseFolder("rds"));
  }

  /** Do its databases outlive Squall? */
  get areKept(): boolean {
    return this.#folders.areKept;
  }

  of(instance: DbInstanceRecord, place: Place): DatabaseServer {
    const arn = instanceArn(instance.id, place);
    const known = this.#servers.get(arn);
    if (known) return known;
    const server = this.#serverOf(instance);
    server.crashed = () => this.#crashed(instance.id, place);
    this.#servers.set(arn, server);
    return server;
  }

  /** What a cluster holds while it has no instance: the files of a server that does not run. */
  storageOf(cluster: DbClusterRecord): DatabaseServer {
    return this.#serverOf(cluster);
  }

  #serverOf({
    id,
    engine: name,
    resourceId,
    adminPassword,
  }: DbInstanceRecord | DbClusterRecord): DatabaseServer {
    const log = this.#host.log.named(`squall.rds.${id}`);
    const engine = engineOf(name);
    this.#standIn.tell(engine, this.#host.log);
    return programsOf(engine).server({
      folder: this.folder(resourceId),
      adminPassword,
      say: (line) => log.debug(() => line),
    });
  }

  /** The folder of an instance, of a cluster's storage or of a snapshot. */
  folder(resourceId: string): string {
    return this.#folders.of(resourceId);
  }

  /** Are its files there, and programs to read them? */
  isThere(instance: DbInstanceRecord, place: Place): boolean {
    return programsOf(engineOf(instance.engine)).areInstalled() && this.of(instance, place).isThere;
  }

  /** The server of an instance when it takes connections: one that is only being started is waited for. */
  async up(id: string, place: Place): Promise<DatabaseServer | undefined> {
    const server = this.running(id, place);
    return server?.whenUp().then(
      () => server,
      () => undefined,
    );
  }

  /** The server of an instance, when it runs. */
  running(id: string, place: Place): DatabaseServer | undefined {
    const server = this.#servers.get(instanceArn(id, place));
    return server?.isRunning ? server : undefined;
  }

  forget(id: string, place: Place): void {
    this.#servers.delete(instanceArn(id, place));
  }

  /** Removes the files of what is not there any more. @param kept the resource ids of all else */
  sweep(kept: ReadonlySet<string>): void {
    this.#folders.sweep(kept);
  }

  /** Ends them all in order, so that nothing of them stays on this machine but what is kept. */
  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    this.#servers.clear();
    this.#folders.remove();
  }
}
