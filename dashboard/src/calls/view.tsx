import { useMemo, useState } from "preact/hooks";
import { send } from "../api.ts";
import { connection } from "../events.ts";
import { attempt } from "../notices.tsx";
import { ChangeButton } from "../pieces/change.tsx";
import { Empty } from "../pieces/empty.tsx";
import { go, route } from "../route.ts";
import { useStore } from "../store.ts";
import { book } from "./book.ts";
import { CallDetail } from "./detail.tsx";
import { CallList } from "./list.tsx";
import { scopeOf } from "./outcome.ts";
import { Pulse } from "./pulse.tsx";
import { type Filter, NO_FILTER, rowsOf } from "./rows.ts";

/** What goes on: every call as it ends, under the call that led to it. */
export function CallsView() {
  const { params } = useStore(route);
  const changes = useStore(book.changes);
  const isConnected = useStore(connection) === "open";
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [isPaused, setPaused] = useState(false);
  const [isAway, setAway] = useState(false);
  const [top, setTop] = useState(0);
  const [heldAt, setHeldAt] = useState(0);

  const filter = filterOf(params);
  const isHeld = isPaused || isAway;
  const shown = isHeld ? heldAt : changes;
  const rows = useMemo(() => rowsOf(book.newest(), filter, closed), [shown, params.toString(), closed]);
  const selected = Number(params.get("call") ?? Number.NaN);
  const opened = Number.isNaN(selected) ? undefined : book.find(selected);

  const set = (change: Partial<Filter & { call: string }>) => {
    const old = Object.fromEntries(params);
    go("calls", { ...old, ...change }, "replace");
  };
  const hold = (away: boolean) => {
    if (away && !isHeld) setHeldAt(changes);
    setAway(away);
  };
  const toggle = (id: string, isOpen: boolean) => {
    const next = new Set(closed);
    if (isOpen) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const forget = () =>
    attempt(async () => {
      await send("DELETE", "/_squall/calls");
      book.clear();
      set({ call: "" });
    }, "All calls are forgotten.");

  return (
    <div class={opened ? "split" : ""}>
      <div class="main-column">
        <h1 class="visually-hidden">Calls</h1>
        <Pulse />
        <search class="bar">
          <Filters filter={filter} onChange={set} />
          <span class="grow" />
          {isAway ? (
            <button type="button" class="primary" onClick={() => setTop(top + 1)}>
              ↑ newest
            </button>
          ) : (
            <button
              type="button"
              aria-pressed={isPaused}
              onClick={() => {
                setHeldAt(changes);
                setPaused(!isPaused);
              }}
            >
              {isPaused ? "Go on" : "Pause"}
            </button>
          )}
          <ChangeButton onClick={() => void forget()}>Forget all</ChangeButton>
        </search>
        {book.size === 0 ? (
          <NoCalls isConnected={isConnected} />
        ) : (
          <CallList
            rows={rows}
            selected={opened?.call.sequence}
            top={top}
            onSelect={(sequence) => set({ call: sequence === undefined ? "" : String(sequence) })}
            onToggle={toggle}
            onScrolled={hold}
          />
        )}
        {book.size > 0 && rows.length === 0 && <p class="quiet pad">No call is as you ask for.</p>}
      </div>
      {opened && <CallDetail entry={opened} onClose={() => set({ call: "" })} />}
    </div>
  );
}

function filterOf(params: URLSearchParams): Filter {
  const given = Object.keys(NO_FILTER).map((name) => [name, params.get(name) ?? ""]);
  return Object.fromEntries(given) as unknown as Filter;
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (change: Partial<Filter>) => void }) {
  const changes = useStore(book.changes);
  // Which names there are changes seldom: they are looked for now and then.
  const turn = Math.floor(changes / 10);
  const { services, scopes } = useMemo(names, [turn, changes < 10 ? changes : 0]);
  return (
    <>
      <input
        type="search"
        placeholder="Filter: GetItem orders"
        aria-label="Words of a call's line"
        value={filter.text}
        onInput={({ currentTarget }) => onChange({ text: currentTarget.value })}
      />
      <Choice
        label="Service"
        all="all services"
        value={filter.service}
        of={services}
        onChange={(service) => onChange({ service })}
      />
      <Choice
        label="Outcome"
        all="every outcome"
        value={filter.outcome}
        of={["ok", "failed", "client", "server", "dropped", "struck"]}
        onChange={(outcome) => onChange({ outcome })}
      />
      <Choice
        label="Scope"
        all="all scopes"
        value={filter.scope}
        of={scopes}
        onChange={(scope) => onChange({ scope })}
      />
      {filter.rule !== "" && (
        <button
          type="button"
          class="tag"
          onClick={() => onChange({ rule: "" })}
          aria-label={`Show calls of every rule, not only of ${filter.rule}`}
        >
          {filter.rule} ×
        </button>
      )}
    </>
  );
}

function names() {
  const services = new Set<string>();
  const scopes = new Set<string>();
  for (const { call } of book.newest()) {
    services.add(call.service);
    if (scopes.size < 100) scopes.add(scopeOf(call));
  }
  return {
    services: [...services].sort(),
    scopes: [...scopes].filter((scope) => !scope.startsWith("<")).sort(),
  };
}

export function Choice(props: {
  label: string;
  all: string;
  value: string;
  of: readonly string[];
  onChange: (value: string) => void;
}) {
  const { label, all, value, of, onChange } = props;
  const options = value === "" || of.includes(value) ? of : [...of, value];
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

const NoCalls = ({ isConnected }: { isConnected: boolean }) => (
  <Empty title={isConnected ? "Nobody has called yet" : "Squall does not answer"}>
    {isConnected ? (
      <>
        <p>Any AWS client will do, with any key:</p>
        <pre class="json">{`aws --endpoint-url ${location.origin} sqs create-queue --queue-name hello`}</pre>
        <p>Each call appears here as it ends, under the call that led to it.</p>
      </>
    ) : (
      <p>
        The page tries again by itself. <code>squall start</code> starts it.
      </p>
    )}
  </Empty>
);
