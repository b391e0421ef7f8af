import { randomBytes } from "node:crypto";
import { databaseFolder } from "../src/processes/database-user.ts";
import { PostgresServer } from "../src/processes/postgres/postgres.ts";

/** A PostgreSQL of one test file's own, that can be stopped and started again. */
export class TestPostgres implements AsyncDisposable {
  readonly #folder = databaseFolder("postgres");
  readonly #adminPassword = randomBytes(12).toString("hex");
  readonly #server = new PostgresServer({
    folder: this.#folder,
    adminPassword: this.#adminPassword,
    say: () => {},
  });

  static async start(): Promise<TestPostgres> {
    const made = new TestPostgres();
    await made.#server.create({
      masterUsername: "squall",
      masterPassword: "secret",
      database: "squall",
    });
    await made.start();
    return made;
  }

  /** @param user who has the database, and may make a schema in it, unless another is named */
  url(fleet: string, { user = "squall", others = "" } = {}): string {
    return `postgres://${user}:secret@localhost/squall?host=${encodeURIComponent(this.#folder)}&fleet=${fleet}${others}`;
  }

  start(): Promise<void> {
    return this.#server.start({ max_connections: "200" }, false);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Asks as its administrator, in the database `postgres`. */
  ask(statement: string): Promise<string> {
    return this.#server.ask(statement);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#server.remove();
  }
}
