import type { ApiCall } from "./api-call.ts";

/**
 * The calls that have begun and not ended. A list with free places and not a Map: a Map that is filled and emptied all the
 * time leaves old tables behind that keep dead calls alive until the next full collection, which costs a fifth of the
 * throughput. Who wants to know them, which is seldom, goes through the list.
 */
export class CallsUnderWay {
  readonly #calls: (ApiCall | undefined)[] = [];
  readonly #free: number[] = [];

  add(call: ApiCall): void {
    call.place = this.#free.pop() ?? this.#calls.length;
    this.#calls[call.place] = call;
  }

  remove(call: ApiCall): void {
    if (call.place < 0) return;
    this.#calls[call.place] = undefined;
    this.#free.push(call.place);
    call.place = -1;
  }

  *[Symbol.iterator](): Iterator<ApiCall> {
    for (const call of this.#calls) if (call !== undefined) yield call;
  }
}
