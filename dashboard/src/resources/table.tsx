import { useState } from "preact/hooks";
import { call, look } from "../api.ts";
import { attempt } from "../notices.tsx";
import { ChangeButton } from "../pieces/change.tsx";
import { type Attribute, attributeText, type Item } from "./attribute.ts";
import { Shown, useLoaded } from "./loaded.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

interface Description {
  readonly Table: {
    readonly KeySchema: readonly { readonly AttributeName: string }[];
    readonly AttributeDefinitions: readonly {
      readonly AttributeName: string;
      readonly AttributeType: string;
    }[];
    readonly TableStatus: string;
    readonly ItemCount?: number;
  };
}

interface Page {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

const PAGE = 25;
const MOST_COLUMNS = 7;

/** A DynamoDB table: its items, a page at a time, to put and delete. */
export function Table({ resource }: { resource: Resource }) {
  const TableName = nameOf(resource);
  const place = placeOf(resource);
  const [starts, setStarts] = useState<readonly (Item | undefined)[]>([undefined]);
  const [written, setWritten] = useState<string>();
  const ExclusiveStartKey = starts.at(-1);
  const table = useLoaded(resource.arn, () =>
    look<Description>("dynamodb", "DescribeTable", { TableName }, place),
  );
  const page = useLoaded(JSON.stringify([resource.arn, ExclusiveStartKey]), () =>
    look<Page>(
      "dynamodb",
      "Scan",
      { TableName, Limit: PAGE, ...(ExclusiveStartKey && { ExclusiveStartKey }) },
      place,
    ),
  );
  const change = (operation: string, input: object, done: string) =>
    attempt(async () => {
      await call("dynamodb", operation, { TableName, ...input }, place);
      page.again();
      setWritten(undefined);
    }, done);
  return (
    <Shown loaded={table}>
      {({ Table: { KeySchema, AttributeDefinitions, TableStatus } }) => {
        const keys = KeySchema.map(({ AttributeName }) => AttributeName);
        const typeOf = (name: string) =>
          AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? "S";
        const blank = Object.fromEntries(keys.map((key) => [key, { [typeOf(key)]: "" }]));
        return (
          <>
            <p>
              <span class="badge">{TableStatus}</span> key <code>{keys.join(", ")}</code>
            </p>
            <p class="buttons">
              <ChangeButton onClick={() => setWritten(JSON.stringify(blank, null, 2))}>
                Put an item
              </ChangeButton>
              <button type="button" onClick={page.again}>
                Read again
              </button>
            </p>
            {written !== undefined && (
              <Writing
                text={written}
                onChange={setWritten}
                onSave={(Item) => void change("PutItem", { Item }, "The item is put.")}
                onCancel={() => setWritten(undefined)}
              />
            )}
            <Shown loaded={page}>
              {({ Items = [], LastEvaluatedKey }) => (
                <>
                  <ItemTable
                    items={Items}
                    keys={keys}
                    onEdit={(item) => setWritten(JSON.stringify(item, null, 2))}
                    onDelete={(Key) => void change("DeleteItem", { Key }, "The item is deleted.")}
                  />
                  <p class="buttons">
                    {starts.length > 1 && (
                      <button type="button" onClick={() => setStarts(starts.slice(0, -1))}>
                        ← Before
                      </button>
                    )}
                    {LastEvaluatedKey && (
                      <button type="button" onClick={() => setStarts([...starts, LastEvaluatedKey])}>
                        Next →
                      </button>
                    )}
                  </p>
                </>
              )}
            </Shown>
          </>
        );
      }}
    </Shown>
  );
}

function ItemTable(props: {
  items: readonly Item[];
  keys: readonly string[];
  onEdit: (item: Item) => void;
  onDelete: (key: Item) => void;
}) {
  const { items, keys, onEdit, onDelete } = props;
  if (items.length === 0) return <p class="quiet">It has no items here.</p>;
  const names = new Set([...keys, ...items.flatMap((item) => Object.keys(item)).sort()]);
  const columns = [...names].slice(0, MOST_COLUMNS);
  return (
    <div class="wide-table">
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">To do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const key = Object.fromEntries(keys.map((name) => [name, item[name] as Attribute]));
            const words = keys.map((name) => attributeText(item[name])).join(", ");
            return (
              <tr key={JSON.stringify(key)}>
                {columns.map((name) => (
                  <td key={name} class="cut" title={attributeText(item[name])}>
                    {attributeText(item[name])}
                  </td>
                ))}
                <td class="actions">
                  <ChangeButton aria-label={`Edit ${words}`} onClick={() => onEdit(item)}>
                    Edit
                  </ChangeButton>
                  <ChangeButton aria-label={`Delete ${words}`} onClick={() => onDelete(key)}>
                    Delete
                  </ChangeButton>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Writing(props: {
  text: string;
  onChange: (text: string) => void;
  onSave: (item: object) => void;
  onCancel: () => void;
}) {
  const { text, onChange, onSave, onCancel } = props;
  const [wrong, setWrong] = useState<string>();
  const save = (event: Event) => {
    event.preventDefault();
    try {
      onSave(JSON.parse(text));
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <form onSubmit={save}>
      <label>
        Item, as DynamoDB's JSON
        <textarea
          rows={8}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <p class="buttons">
        <button type="submit" class="primary">
          Put it
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
