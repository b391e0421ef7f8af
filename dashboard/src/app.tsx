import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { giveToken, hasToken, wantsToken } from "./api.ts";
import { CallsView } from "./calls/view.tsx";
import { readClock, squallNow } from "./clock.ts";
import { ControlView } from "./control/view.tsx";
import { connection, listen } from "./events.ts";
import { ExperimentsView } from "./experiments/view.tsx";
import { ExploreView } from "./explore/view.tsx";
import { draft } from "./faults/drafts.ts";
import { RuleEditor } from "./faults/editor.tsx";
import { readRules, rules } from "./faults/rule.ts";
import { FaultsView } from "./faults/view.tsx";
import { FleetView } from "./fleet/view.tsx";
import icon from "./icon.svg";
import { Notices } from "./notices.tsx";
import { ResourcesView } from "./resources/view.tsx";
import { hrefOf, route } from "./route.ts";
import { keptStore, useStore } from "./store.ts";

/** The page's views, by the word in its address. */
const VIEWS: Readonly<Record<string, { readonly name: string; readonly View: ComponentType }>> = {
  calls: { name: "Calls", View: CallsView },
  faults: { name: "Faults", View: FaultsView },
  experiments: { name: "Experiments", View: ExperimentsView },
  explore: { name: "Explore", View: ExploreView },
  fleet: { name: "Fleet", View: FleetView },
  resources: { name: "Resources", View: ResourcesView },
  control: { name: "Clock & state", View: ControlView },
};

const CLOCK_MS = 5000;
const THEMES = ["", "light", "dark"] as const;
const theme = keptStore<(typeof THEMES)[number]>("theme", "");

export function App() {
  const { view } = useStore(route);
  const isLocked = useStore(wantsToken);
  const editing = useStore(draft);
  useEffect(() => {
    void listen();
    void readRules();
    const look = () => void readClock().catch(() => {});
    look();
    const timer = setInterval(() => document.visibilityState === "visible" && look(), CLOCK_MS);
    return () => clearInterval(timer);
  }, []);
  const { name, View } = VIEWS[view] ?? { name: "Calls", View: CallsView };
  useEffect(() => {
    document.title = `${name} · Squall`;
  }, [name]);
  return (
    <>
      <Head view={view} />
      {!isLocked && <Lost />}
      <main>{isLocked ? <TokenForm /> : <View />}</main>
      {editing && <RuleEditor draft={editing} onClose={() => draft.set(undefined)} />}
      <Notices />
    </>
  );
}

function Head({ view }: { view: string }) {
  const known = useStore(rules) ?? [];
  const nav = useRef<HTMLElement>(null);
  // Where the window is narrow not all of them are seen at once.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [view]);
  return (
    <header class="head">
      <a class="brand" href={hrefOf("calls")} aria-label="Squall: calls">
        <img src={icon} alt="" width="22" height="22" /> <span>Squall</span>
      </a>
      <nav aria-label="Views" ref={nav}>
        {Object.entries(VIEWS).map(([word, { name }]) => (
          <a key={word} href={hrefOf(word)} aria-current={word === view ? "page" : undefined}>
            {name}
            {word === "faults" && known.length > 0 && <span class="count">{known.length}</span>}
          </a>
        ))}
      </nav>
      <span class="grow" />
      <State />
      <ThemeButton />
    </header>
  );
}

/** Said above every view, for none of them can read anything then. */
function Lost() {
  if (useStore(connection) !== "lost") return null;
  return (
    <p class="warning lost" role="alert">
      Squall does not answer: what is shown here may be of earlier. The page tries again by itself.
    </p>
  );
}

const CONNECTIONS = { connecting: "connecting", open: "live", lost: "no answer" };

function State() {
  const state = useStore(connection);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const [day = "", time = ""] = new Date(squallNow()).toISOString().split(/[T.]/);
  return (
    <span class="state">
      <time class="now" dateTime={`${day}T${time}Z`} title="Squall's clock, in UTC">
        {day} {time}
      </time>
      <span class={`connection is-${state}`} role="status">
        {CONNECTIONS[state]}
      </span>
    </span>
  );
}

const THEME_NAMES = { "": "as the system", light: "light", dark: "dark" };

function ThemeButton() {
  const chosen = useStore(theme);
  useEffect(() => {
    document.documentElement.dataset["theme"] = chosen;
  }, [chosen]);
  const next = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? "";
  return (
    <button
      type="button"
      class="plain"
      aria-label={`Colours: ${THEME_NAMES[chosen]}. Change to ${THEME_NAMES[next]}`}
      title={`Colours: ${THEME_NAMES[chosen]}`}
      onClick={() => theme.set(next)}
    >
      {chosen === "dark" ? "☾" : chosen === "light" ? "☀" : "◐"}
    </button>
  );
}

function TokenForm() {
  const [given, setGiven] = useState("");
  // The form is drawn anew where a token was refused.
  const [isRefused] = useState(hasToken);
  const submit = (event: Event) => {
    event.preventDefault();
    giveToken(given.trim());
    void readRules();
  };
  return (
    <form class="empty" onSubmit={submit}>
      <h1>Squall wants its token</h1>
      <p>
        It listens on more than this machine. The token was given with <code>--admin-token</code>, or the log
        says it.
      </p>
      <p class="bar">
        <label>
          Token{" "}
          <input
            type="password"
            autocomplete="off"
            value={given}
            onInput={({ currentTarget }) => setGiven(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Show it
        </button>
      </p>
      {isRefused && (
        <p class="warning" role="alert">
          That is not its token.
        </p>
      )}
    </form>
  );
}
