import type { Place } from "../../../aws/arn-template.ts";
import { BoundedMap } from "../../../core/bounded-map.ts";
import type { Timer } from "../../../core/clock.ts";
import type { ServiceHost } from "../../../core/service.ts";
import {
  type Ending,
  otherDatabase,
  otherSecret,
  transactionIsBusy,
  transactionNotFound,
} from "../errors.ts";
import type { Session } from "./session.ts";

const MINUTE_MS = 60_000;
/** Without a call. https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_BeginTransaction.html */
const LONGEST_IDLE_MS = 3 * MINUTE_MS;
const LONGEST_MS = 24 * 60 * MINUTE_MS;
/** Of so many it is known for sure how they have ended. */
const ENDED = 10_000;
const ID_BYTES = 138;

/** Whose a transaction is. */
export interface Owner extends Place {
  readonly cluster: string;
  readonly secret: string;
  readonly database: string | undefined;
}

interface Transaction {
  readonly owner: Owner;
  readonly session: Session;
  readonly end: Timer;
  /** Hears that it has ended. */
  readonly ended: () => void;
  idle: Timer | undefined;
  isBusy: boolean;
}

/** Transactions that go on over several calls, each in a session of its own. They end with Squall, as with their databases. */
export class Transactions {
  readonly #host: ServiceHost;
  readonly #open = new Map<string, Transaction>();
  readonly #ended = new BoundedMap<Ending>(2 * ENDED);

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** @param session in which one has begun @param ended hears of its end @returns its id */
  add(owner: Owner, session: Session, ended: () => void): string {
    const id = Buffer.from(this.#host.random.bytes(ID_BYTES)).toString("base64");
    const transaction: Transaction = {
      owner,
      session,
      end: this.#host.clock.setTimer(LONGEST_MS, () => this.end(id, "expired")),
      ended,
      idle: undefined,
      isBusy: false,
    };
    this.#open.set(id, transaction);
    session.lost = () => this.end(id, "aborted");
    this.#rest(id, transaction);
    return id;
  }

  /**
   * Does something in a transaction, with nobody else at it.
   * @throws TransactionNotFoundException, DatabaseErrorException while somebody else is at it
   */
  async within<T>(id: string, owner: Owner, work: (session: Session) => Promise<T>): Promise<T> {
    const transaction = this.#find(id, owner);
    if (transaction.isBusy) throw transactionIsBusy();
    transaction.isBusy = true;
    transaction.idle?.cancel();
    try {
      return await work(transaction.session);
    } finally {
      transaction.isBusy = false;
      if (this.#open.has(id)) this.#rest(id, transaction);
    }
  }

  /** It is committed or rolled back, or cannot go on. */
  end(id: string, ending: Ending): void {
    const transaction = this.#open.get(id);
    if (!transaction) return;
    this.#open.delete(id);
    transaction.idle?.cancel();
    transaction.end.cancel();
    transaction.session.close();
    transaction.ended();
    this.#ended.set(id, ending);
  }

  endAll(): void {
    for (const id of [...this.#open.keys()]) this.end(id, "aborted");
  }

  #find(id: string, { account, region, cluster, secret, database }: Owner): Transaction {
    const transaction = this.#open.get(id);
    const { owner } = transaction ?? {};
    const isOwn = owner?.account === account && owner.region === region && owner.cluster === cluster;
    if (!transaction || !isOwn) throw transactionNotFound(id, this.#ended.get(id) ?? "expired");
    if (secret !== transaction.owner.secret) throw otherSecret();
    if (database !== undefined && database !== transaction.owner.database) throw otherDatabase();
    return transaction;
  }

  #rest(id: string, transaction: Transaction): void {
    transaction.idle = this.#host.clock.setTimer(LONGEST_IDLE_MS, () => this.end(id, "expired"));
  }
}
