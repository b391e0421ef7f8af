import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { connection, on } from "../events.ts";

/** What is read from Squall: not yet there, there, or refused. */
export type Loaded<T> = { readonly value?: T; readonly error?: string; readonly again: () => void };

/** Reads something when the key is another one, again when asked, and when Squall is back that did not answer. */
export function useLoaded<T>(key: string, read: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string }>({ key });
  const [turn, setTurn] = useState(0);
  const hasFailed = useRef(false);
  useEffect(() => {
    let isWanted = true;
    read().then(
      (value) => {
        hasFailed.current = false;
        if (isWanted) setState({ key, value });
      },
      (error: Error) => {
        hasFailed.current = true;
        if (isWanted) setState({ key, error: error.message });
      },
    );
    const again = () => setTurn((last) => last + 1);
    const stops = [
      on("anew", again),
      connection.subscribe(() => connection.value === "open" && hasFailed.current && again()),
    ];
    return () => {
      isWanted = false;
      for (const stop of stops) stop();
    };
  }, [key, turn]);
  const { value, error } = state.key === key ? state : {};
  return {
    ...(value !== undefined && { value }),
    ...(error !== undefined && { error }),
    again: () => setTurn((last) => last + 1),
  };
}

/** Shows what was read, or why not. */
export function Shown<T>({
  loaded,
  children,
}: {
  loaded: Loaded<T>;
  children: (value: T) => ComponentChildren;
}) {
  const { value, error } = loaded;
  if (error !== undefined) return <p class="warning">{error}</p>;
  return <>{value === undefined ? <p class="quiet">…</p> : children(value)}</>;
}
