import type { Caller } from "../core/call.ts";
import type { Key } from "../core/key.ts";
import type { CallService, ServiceHost } from "../core/service.ts";
import type { CollectionDefinition, Store } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";
import { type Transition, whenOver } from "./lifecycle.ts";

/** What a record of a job keeps beside what is its service's. */
export interface JobRecord {
  /** The stage that it is in, when that lasts. */
  readonly transition?: Transition | undefined;
  /** Who asked for it: its calls are made for them. */
  readonly by?: Caller | undefined;
}

/** A job whose turn has come. */
export interface Job {
  readonly place: Place;
  readonly store: Store;
  /** Calls another service for whoever asked for the job. */
  readonly call: CallService;
  /** Does anybody still want it? Long work asks between its parts, and what it finds then is nobody's. */
  isWanted(): boolean;
}

/** What the jobs of one collection do. */
export interface Work<R extends JobRecord> {
  readonly collection: CollectionDefinition<R>;
  isUnderWay(record: R): boolean;
  /** Does the work and says what the record is then. What it throws fails the job. */
  carryOut(record: R, job: Job): Promise<R>;
  /** What the record is when the work has failed, or a rule has failed its stage. */
  failed(record: R, error: Error, place: Place): R;
}

/** How long until a store that could not keep how a job ended is asked again, in milliseconds. */
const AGAIN_MS = 1000;

/**
 * Work that a service does behind an answer, beside a record that says so: an export, an import, a query. It begins when the
 * record's stage is over, and once more in the next process, for what was half done is done again. A record that is gone, or
 * says something else meanwhile (it was cancelled), ends it.
 */
export class Jobs<R extends JobRecord> {
  readonly #host: ServiceHost;
  readonly #work: Work<R>;
  readonly #stopped = new AbortController();

  constructor(host: ServiceHost, work: Work<R>) {
    this.#host = host;
    this.#work = work;
  }

  /** Keeps a job and begins it once the call at hand is answered. @param parentId that call */
  begin(place: Place, key: Key, record: R, parentId: string): void {
    const { account, region } = place;
    this.#host.store(account, region).collection(this.#work.collection).put(key, record);
    // The answer goes first: the work may take turns of the event loop from others.
    setImmediate(() => void this.#run({ account, region }, key, record, parentId));
  }

  /** Takes up what an earlier process had under way. */
  resume(): void {
    for (const place of this.#host.scopes()) {
      const { account, region } = place;
      const records = this.#host.store(account, region).collection(this.#work.collection);
      for (const { key, value } of records.entries())
        if (this.#work.isUnderWay(value)) void this.#run(place, [...key], value);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #run(place: Place, key: Key, record: R, parentId?: string): Promise<void> {
    const store = this.#host.store(place.account, place.region);
    const { generation } = store;
    const records = store.collection(this.#work.collection);
    const isWanted = () => {
      if (this.#stopped.signal.aborted || store.generation !== generation) return false;
      const now = records.get(key);
      return now !== undefined && this.#work.isUnderWay(now);
    };
    const failure = await whenOver(record.transition, this.#host, this.#stopped.signal);
    if (!isWanted()) return;
    let ended: R;
    {
      using _work = this.#host.atWork();
      ended = await this.#end(place, record, failure, { place, store, isWanted, parentId });
      if (await this.#isKept(() => records.put(key, ended), isWanted)) return;
    }
    do await this.#host.clock.sleep(AGAIN_MS, this.#stopped.signal).catch(() => {});
    while (!(await this.#isKept(() => records.put(key, ended), isWanted)));
  }

  /** Keeps how a job ended. A store that cannot (it is full) may be able to later: nobody would hear of the end otherwise. */
  async #isKept(put: () => void, isWanted: () => boolean): Promise<boolean> {
    if (!isWanted()) return true;
    try {
      put();
    } catch (error) {
      this.#host.log.error("How a job ended could not be kept.", error);
      return false;
    }
    await this.#host.blobs.unsettled();
    return !isWanted();
  }

  async #end(
    place: Place,
    record: R,
    failure: string | undefined,
    { parentId, ...job }: Omit<Job, "call"> & { readonly parentId: string | undefined },
  ): Promise<R> {
    const call: CallService = (service, operation, input, options) =>
      this.#host.call(service, operation, input, {
        ...place,
        ...(record.by !== undefined && { as: record.by }),
        ...(parentId !== undefined && { parentId }),
        signal: this.#stopped.signal,
        ...options,
      });
    try {
      if (failure !== undefined) throw new Error(failure);
      return await this.#work.carryOut(record, { ...job, call });
    } catch (error) {
      return this.#work.failed(record, error as Error, place);
    }
  }
}
