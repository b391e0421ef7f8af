import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Cluster } from "../cluster.ts";
import { databaseUnavailable, statementTimeout } from "../errors.ts";
import type { Secret } from "../login.ts";
import { MysqlSession } from "../mysql/session.ts";
import { PostgresSession } from "../postgres/session.ts";
import { inTime, TooLate } from "./deadline.ts";
import { Pauses } from "./pauses.ts";
import { Room } from "./room.ts";
import { ConnectionLost, type Session } from "./session.ts";
import { type Owner, Transactions } from "./transactions.ts";

/** What a call is about: a database of a cluster, as who. */
export interface Target {
  readonly place: Place;
  readonly cluster: Cluster;
  readonly secret: Secret;
  readonly database: string | undefined;
}

/** Calls by themselves that are with a cluster at once: its server takes about a hundred connections. */
const MOST_AT_ONCE = 40;

type Work<T> = (session: Session) => Promise<T>;

/** Sessions with databases: one for each call that is by itself, and one for each transaction. They end with Squall. */
export class Sessions {
  readonly #host: ServiceHost;
  readonly #transactions: Transactions;
  readonly #pauses: Pauses;
  readonly #over = new AbortController();
  /** By the ARNs of clusters. */
  readonly #rooms = new Map<string, Room>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#transactions = new Transactions(host);
    this.#pauses = new Pauses(host);
  }

  /**
   * Does something in a session of its own.
   * @param continues it goes on in the database when the call is over
   * @throws StatementTimeoutException, DatabaseUnavailableException
   */
  async once<T>(target: Target, work: Work<T>, continues = false): Promise<T> {
    const release = this.#pauses.enter(target.cluster);
    const ending = new AbortController();
    let session: Session | undefined;
    const working = this.#room(target).within(async () => {
      session = await this.#open(target, ending.signal);
      return work(session);
    });
    const close = () => {
      session?.close();
      release();
    };
    working.then(close, close);
    try {
      return await inTime(this.#host.clock, working);
    } catch (error) {
      if (error instanceof TooLate && !continues) {
        await session?.cancel().catch(() => {});
        ending.abort();
      }
      throw errorOf(error, session);
    }
  }

  /** Begins a transaction. @returns its id */
  async begin(target: Target): Promise<string> {
    const release = this.#pauses.enter(target.cluster);
    const ending = new AbortController();
    const beginning = this.#open(target, ending.signal).then(async (session) => {
      await session.begin();
      return session;
    });
    try {
      const session = await inTime(this.#host.clock, beginning);
      return this.#transactions.add(ownerOf(target), session, release);
    } catch (error) {
      ending.abort();
      release();
      throw errorOf(error, undefined);
    }
  }

  /**
   * Does something in a transaction.
   * @throws TransactionNotFoundException, StatementTimeoutException, DatabaseUnavailableException
   */
  within<T>(id: string, target: Target, work: Work<T>): Promise<T> {
    return this.#transactions.within(id, ownerOf(target), async (session) => {
      try {
        return await inTime(this.#host.clock, work(session));
      } catch (error) {
        if (error instanceof TooLate) await session.cancel().catch(() => {});
        // What has been lost or broken off is no transaction any more.
        if (error instanceof TooLate || error instanceof ConnectionLost)
          this.#transactions.end(id, "aborted");
        throw errorOf(error, session);
      }
    });
  }

  /** Ends a transaction, as its client wants it, also where the database does not. */
  finish(id: string, target: Target, how: "commit" | "rollback"): Promise<void> {
    return this.within(id, target, async (session) => {
      try {
        await session[how]();
      } catch (error) {
        if (!(error instanceof ConnectionLost)) this.#transactions.end(id, "ended");
        throw error;
      }
      this.#transactions.end(id, "ended");
    });
  }

  stop(): void {
    this.#transactions.endAll();
    this.#over.abort();
  }

  #room({ cluster: { arn } }: Target): Room {
    const room = this.#rooms.get(arn) ?? new Room(MOST_AT_ONCE);
    this.#rooms.set(arn, room);
    return room;
  }

  #open({ cluster, secret, database }: Target, signal: AbortSignal): Promise<Session> {
    const kind = cluster.engine === "mysql" ? MysqlSession : PostgresSession;
    return kind.open(cluster.writer, secret.login, database, AbortSignal.any([signal, this.#over.signal]));
  }
}

const ownerOf = ({ place: { account, region }, cluster, secret, database }: Target): Owner => ({
  account,
  region,
  cluster: cluster.arn,
  secret: secret.arn,
  database,
});

/** What a client is told. */
function errorOf(error: unknown, session: Session | undefined): unknown {
  if (error instanceof TooLate) return statementTimeout(session?.id);
  return error instanceof ConnectionLost ? databaseUnavailable() : error;
}
