import type { ServiceHost } from "../../core/service.ts";
import { queueDoesNotExist } from "./errors.ts";
import { moveTasks } from "./move-task.ts";
import { OpenQueue } from "./open-queue.ts";
import { placeOfArn, type QueueRecord, queueRecords } from "./queue.ts";
import { parseQueueUrl, type QueuePlace } from "./queue-url.ts";

/** How many URLs are remembered with the queues that they mean. */
const MOST_URLS = 10_000;

/** The queue that a caller of an account and region meant by a URL. */
interface Meant {
  readonly account: string;
  readonly region: string;
  readonly queue: OpenQueue;
}

/** The queues in use of one cloud. A queue is opened when first asked for, and stays open until it is deleted. */
export class OpenQueues {
  readonly #host: ServiceHost;
  readonly #byPlace = new Map<string, OpenQueue>();
  /** By the URL as given, with the caller who gave it last: the hot path parses no URL. */
  readonly #byUrl = new Map<string, Meant>();
  #revision: number;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#revision = this.#currentRevision();
  }

  /** @throws AwsError `QueueDoesNotExist`, `InvalidAddress` */
  byUrl(queueUrl: string, caller: { account: string; region: string }): OpenQueue {
    this.#check();
    const known = this.#byUrl.get(queueUrl);
    if (known?.region === caller.region && known.account === caller.account) return known.queue;
    const queue = this.at(parseQueueUrl(queueUrl, caller, this.#host.strict));
    if (!queue) throw queueDoesNotExist();
    if (this.#byUrl.size >= MOST_URLS) this.#byUrl.clear();
    this.#byUrl.set(queueUrl, { account: caller.account, region: caller.region, queue });
    return queue;
  }

  byArn(arn: string): OpenQueue | undefined {
    const place = placeOfArn(arn);
    return place && this.at(place);
  }

  at(place: QueuePlace): OpenQueue | undefined {
    this.#check();
    const key = `${place.account}/${place.region}/${place.name}`;
    const open = this.#byPlace.get(key);
    if (open) return open;
    const store = this.#host.store(place.account, place.region);
    const record = store.collection(queueRecords).get([place.name]);
    if (!record) return undefined;
    const queue = new OpenQueue(
      { account: place.account, region: place.region, name: place.name },
      record,
      store,
      this.#host.clock,
    );
    this.#byPlace.set(key, queue);
    return queue;
  }

  /** All queues of an account in a region, by name. */
  *records(where: { account: string; region: string }, prefix = ""): Iterable<QueueRecord> {
    const collection = this.#host.store(where.account, where.region).collection(queueRecords);
    for (const record of collection.values(prefix ? { from: [prefix] } : {})) {
      if (!record.name.startsWith(prefix)) return;
      yield record;
    }
  }

  /** Deletes a queue with its messages and its move tasks. */
  delete(queue: OpenQueue): void {
    const { account, region, name } = queue.place;
    queue.delete();
    const tasks = this.#host.store(account, region).collection(moveTasks);
    for (const task of tasks.values()) if (task.sourceArn === queue.arn) tasks.delete([task.id]);
    this.#byPlace.delete(`${account}/${region}/${name}`);
    for (const [url, meant] of this.#byUrl) if (meant.queue === queue) this.#byUrl.delete(url);
  }

  close(): void {
    for (const queue of this.#byPlace.values()) queue.close();
    this.#byPlace.clear();
    this.#byUrl.clear();
  }

  /** What was read from a store that has been replaced is void. */
  #check(): void {
    const revision = this.#currentRevision();
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.close();
  }

  #currentRevision(): number {
    return this.#host.store("", "").revision;
  }
}
