import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.ts";

interface CatalogueAction {
  readonly id: string;
  readonly description?: string;
  readonly parameters?: Readonly<
    Record<string, { readonly description?: string; readonly required?: boolean }>
  >;
  readonly acts: boolean;
}

/** Every action of FIS, and what it takes. */
export function Catalogue() {
  const [isOpen, setOpen] = useState(false);
  const [actions, setActions] = useState<readonly CatalogueAction[]>([]);
  const [words, setWords] = useState("");
  useEffect(() => {
    if (!isOpen) return;
    ask<{ actions: CatalogueAction[] }>("GET", "/_squall/actions").then(
      ({ actions }) => setActions(actions),
      () => {},
    );
  }, [isOpen]);
  const wanted = words.toLowerCase().split(/\s+/);
  const found = actions.filter(({ id, description }) => {
    const text = `${id} ${description}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return (
    <details class="catalogue" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>Catalogue of actions</h2>
      </summary>
      <input
        type="search"
        aria-label="Words of an action"
        placeholder="lambda latency"
        value={words}
        onInput={({ currentTarget }) => setWords(currentTarget.value)}
      />
      <dl>
        {found.map(({ id, description, parameters = {}, acts }) => (
          <div key={id}>
            <dt>
              <code>{id}</code> {!acts && <span class="tag">known by name only</span>}
            </dt>
            <dd>
              {description}
              <ul class="plain-list quiet">
                {Object.entries(parameters).map(([name, parameter]) => (
                  <li key={name}>
                    <code>{name}</code>
                    {parameter.required && " (required)"} {parameter.description}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
