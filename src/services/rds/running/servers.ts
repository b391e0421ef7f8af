import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { DatabaseFolders } from "../../../processes/database-folders.ts";
import { databaseFolder, postgresFolder } from "../../../processes/postgres/installation.ts";
import { PostgresServer } from "../../../processes/postgres/postgres.ts";
import { type DbInstanceRecord, instanceArn } from "../db-instance.ts";

/** The PostgreSQL servers of DB instances, and the folder that all of them are in. */
export class Servers {
  readonly #host: ServiceHost;
  readonly #servers = new Map<string, PostgresServer>();
  readonly #folders: DatabaseFolders;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#folders = new DatabaseFolders(host, () => databaseFolder("rds"));
  }

  /** Do its databases outlive Squall? */
  get areKept(): boolean {
    return this.#folders.areKept;
  }

  of(instance: DbInstanceRecord, place: Place): PostgresServer {
    const arn = instanceArn(instance.id, place);
    const known = this.#servers.get(arn);
    if (known) return known;
    const log = this.#host.log.named(`squall.rds.${instance.id}`);
    const server = new PostgresServer(this.#folders.of(instance.resourceId), instance.adminPassword, (line) =>
      log.debug(() => line),
    );
    this.#servers.set(arn, server);
    return server;
  }

  /** Are its files there, and a PostgreSQL to read them? */
  isThere(instance: DbInstanceRecord, place: Place): boolean {
    return postgresFolder() !== undefined && this.of(instance, place).isThere;
  }

  /** The server of an instance, when it runs. */
  running(id: string, place: Place): PostgresServer | undefined {
    const server = this.#servers.get(instanceArn(id, place));
    return server?.isRunning ? server : undefined;
  }

  forget(id: string, place: Place): void {
    this.#servers.delete(instanceArn(id, place));
  }

  /** Removes the files of instances that are not there any more. @param kept the resource ids of all others */
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
