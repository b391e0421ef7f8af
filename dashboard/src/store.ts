import { useEffect, useState } from "preact/hooks";

/** A value, and who wants to hear that it is another one. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  /** Returns how to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** A store's value, for a component that is drawn again with each new one. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.value);
  useEffect(() => {
    const hear = () => setValue(() => store.value);
    // It may have changed between the first drawing and now.
    hear();
    return store.subscribe(hear);
  }, [store]);
  return value;
}

/** A store that outlives the page: in this browser, for this Squall's address. */
export function keptStore<T>(name: string, fallback: T): Store<T> {
  const key = `squall.${name}`;
  const store = new Store(read<T>(key) ?? fallback);
  store.subscribe(() => {
    try {
      localStorage.setItem(key, JSON.stringify(store.value));
    } catch {
      // A browser that keeps nothing for pages: then it holds as long as the page.
    }
  });
  return store;
}

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
