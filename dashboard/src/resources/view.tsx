import type { ComponentType } from "preact";
import { useMemo } from "preact/hooks";
import { ask } from "../api.ts";
import { Choice } from "../calls/view.tsx";
import { Empty } from "../pieces/empty.tsx";
import { go, hrefOf, route } from "../route.ts";
import { useStore } from "../store.ts";
import { Alarm } from "./alarm.tsx";
import { Bucket } from "./bucket.tsx";
import { Described } from "./described.tsx";
import { LambdaFunction } from "./function.tsx";
import { useLoaded } from "./loaded.tsx";
import { LogGroup } from "./log-group.tsx";
import { Queue } from "./queue.tsx";
import { nameOf, partOf, type Resource } from "./resource.ts";
import { StateMachine } from "./state-machine.tsx";
import { Table } from "./table.tsx";

/** The types that have a view of their own. */
const OPENED: Readonly<Record<string, ComponentType<{ resource: Resource }>>> = {
  "dynamodb table": Table,
  "sqs queue": Queue,
  "s3 bucket": Bucket,
  "lambda function": LambdaFunction,
  "stepfunctions state-machine": StateMachine,
  "states state-machine": StateMachine,
  "logs log-group": LogGroup,
  "cloudwatch alarm": Alarm,
};

/** So many lines are drawn; who has more resources filters. */
const MOST_LINES = 500;

/** Everything that services keep. */
export function ResourcesView() {
  const { params } = useStore(route);
  const loaded = useLoaded("resources", readResources);
  const { resources, more = false } = loaded.value ?? {};
  const words = params.get("text") ?? "";
  const service = params.get("service") ?? "";
  const arn = params.get("arn");
  const set = (change: Record<string, string>) =>
    go("resources", { ...Object.fromEntries(params), ...change }, "replace");
  const services = useMemo(() => [...new Set(resources?.map((one) => one.service))].sort(), [resources]);
  const found = useMemo(() => {
    const wanted = words.toLowerCase().split(/\s+/);
    return (resources ?? []).filter(
      (one) =>
        (service === "" || one.service === service) &&
        wanted.every((word) =>
          `${one.arn} ${one.type} ${Object.entries(one.tags).join(" ")}`.toLowerCase().includes(word),
        ),
    );
  }, [resources, words, service]);
  const opened = resources?.find((one) => one.arn === arn);
  return (
    <div class={opened ? "split even" : ""}>
      <div class="main-column scroll">
        <div class="bar">
          <h1>Resources</h1>
          <input
            type="search"
            aria-label="Words of a resource"
            placeholder="Filter: orders"
            value={words}
            onInput={({ currentTarget }) => set({ text: currentTarget.value })}
          />
          <Choice
            label="Service"
            all="all services"
            value={service}
            of={services}
            onChange={(service) => set({ service })}
          />
          <span class="grow" />
          <span class="quiet">
            {resources && `${found.length} of ${resources.length}${more ? " and more" : ""}`}
          </span>
          <button type="button" onClick={loaded.again}>
            Read again
          </button>
        </div>
        {loaded.error !== undefined && <p class="warning">{loaded.error}</p>}
        {resources?.length === 0 && (
          <Empty title="Nothing is kept yet">
            <p>Create a queue, a table, a bucket with any AWS client, or deploy a stack:</p>
            <pre class="json">{`aws --endpoint-url ${location.origin} dynamodb create-table --table-name orders \\
  --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S \\
  --key-schema AttributeName=id,KeyType=HASH`}</pre>
          </Empty>
        )}
        {found.length > 0 && (
          <table class="fixed">
            <thead>
              <tr>
                <th scope="col" class="narrow">
                  Service
                </th>
                <th scope="col">Name</th>
                <th scope="col" class="narrow">
                  Type
                </th>
                <th scope="col" class="narrow wide">
                  Region
                </th>
                <th scope="col" class="narrow wide">
                  Account
                </th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, MOST_LINES).map((one) => (
                <tr key={one.arn} class={one.arn === arn ? "is-selected" : ""}>
                  <td>{one.service}</td>
                  <td class="cut" title={one.arn}>
                    <a
                      href={hrefOf("resources", { ...Object.fromEntries(params), arn: one.arn })}
                      aria-current={one.arn === arn ? "true" : undefined}
                    >
                      {nameOf(one)}
                    </a>
                  </td>
                  <td>{one.type}</td>
                  <td class="quiet wide">{one.region}</td>
                  <td class="quiet wide">{one.account}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {found.length > MOST_LINES && (
          <p class="quiet">The first {MOST_LINES}: the filter finds the others.</p>
        )}
      </div>
      {opened && <Opened key={opened.arn} resource={opened} onClose={() => set({ arn: "" })} />}
    </div>
  );
}

function Opened({ resource, onClose }: { resource: Resource; onClose: () => void }) {
  const View = OPENED[`${resource.service} ${resource.type}`] ?? Described;
  const tags = Object.entries(resource.tags);
  return (
    <aside class="detail" aria-label={partOf(resource)}>
      <header>
        <h2>{nameOf(resource)}</h2>
        <button type="button" class="plain" aria-label="Close the resource" onClick={onClose}>
          ×
        </button>
      </header>
      <p class="quiet arn">{resource.arn}</p>
      <p class="buttons">
        <a class="button" href={hrefOf("calls", { text: nameOf(resource), service: resource.service })}>
          Its calls
        </a>
        {tags.map(([name, value]) => (
          <span key={name} class="tag">
            {name}={value}
          </span>
        ))}
      </p>
      <View resource={resource} />
    </aside>
  );
}

/** So many are read: ten pages. */
const MOST_PAGES = 10;

async function readResources(): Promise<{ resources: readonly Resource[]; more: boolean }> {
  const resources: Resource[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = token === undefined ? "" : `&nextToken=${encodeURIComponent(token)}`;
    const answer = await ask<{ resources: Resource[]; nextToken?: string }>(
      "GET",
      `/_squall/resources?limit=1000${next}`,
    );
    resources.push(...answer.resources);
    token = answer.nextToken;
    if (token === undefined) break;
  }
  return { resources, more: token !== undefined };
}
