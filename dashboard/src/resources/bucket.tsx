import { useState } from "preact/hooks";
import { type Bytes, bytesFrom, call, look, textOf } from "../api.ts";
import { attempt } from "../notices.tsx";
import { Change, ChangeButton } from "../pieces/change.tsx";
import { Json } from "../pieces/json.tsx";
import { type Loaded, Shown, useLoaded } from "./loaded.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

interface Listed {
  readonly Contents?: readonly {
    readonly Key: string;
    readonly Size: number;
    readonly LastModified: string;
  }[];
  readonly CommonPrefixes?: readonly { readonly Prefix: string }[];
  readonly NextContinuationToken?: string;
}

/** A bucket: its objects, by folder. */
export function Bucket({ resource }: { resource: Resource }) {
  const name = nameOf(resource);
  const place = placeOf(resource);
  const [prefix, setPrefix] = useState("");
  const [key, setKey] = useState<string>();
  const [newKey, setNewKey] = useState("");
  const [text, setText] = useState("");
  const objects = useLoaded(`${resource.arn} ${prefix}`, () =>
    look<Listed>(
      "s3",
      "ListObjectsV2",
      { Bucket: name, Prefix: prefix, Delimiter: "/", MaxKeys: 200 },
      place,
    ),
  );
  const opened = useLoaded(`${resource.arn} ${key}`, async () =>
    key === undefined
      ? undefined
      : look<{ Body?: Bytes; ContentType?: string }>("s3", "GetObject", { Bucket: name, Key: key }, place),
  );
  const act = (operation: string, input: object, done: string) =>
    attempt(async () => {
      await call("s3", operation, { Bucket: name, ...input }, place);
      objects.again();
    }, done);
  const folders = prefix.split("/").slice(0, -1);
  return (
    <>
      <nav class="bar" aria-label="Folders">
        <button type="button" class="link" onClick={() => setPrefix("")}>
          {name}
        </button>
        {folders.map((folder, index) => (
          <button
            key={index}
            type="button"
            class="link"
            onClick={() => setPrefix(`${folders.slice(0, index + 1).join("/")}/`)}
          >
            / {folder}
          </button>
        ))}
        <span class="grow" />
        <button type="button" onClick={objects.again}>
          Read again
        </button>
      </nav>
      <Shown loaded={objects}>
        {({ Contents = [], CommonPrefixes = [], NextContinuationToken }) => (
          <>
            {Contents.length + CommonPrefixes.length === 0 && <p class="quiet">There is nothing here.</p>}
            <table class="fixed">
              <caption class="visually-hidden">Objects</caption>
              <tbody>
                {CommonPrefixes.map(({ Prefix }) => (
                  <tr key={Prefix}>
                    <td class="cut" colSpan={3}>
                      <button type="button" class="link" onClick={() => setPrefix(Prefix)}>
                        {Prefix.slice(prefix.length)}
                      </button>
                    </td>
                  </tr>
                ))}
                {Contents.map(({ Key, Size }) => (
                  <tr key={Key} class={Key === key ? "is-selected" : ""}>
                    <td class="cut">
                      <button type="button" class="link" onClick={() => setKey(Key)}>
                        {Key.slice(prefix.length) || Key}
                      </button>
                    </td>
                    <td class="number narrow">{Size.toLocaleString("en")} B</td>
                    <td class="actions narrow">
                      <ChangeButton
                        aria-label={`Delete ${Key}`}
                        onClick={() => void act("DeleteObject", { Key }, "The object is deleted.")}
                      >
                        Delete
                      </ChangeButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {NextContinuationToken && <p class="quiet">The first 200.</p>}
          </>
        )}
      </Shown>
      {key !== undefined && <Content name={key} opened={opened} />}
      <Change>
        <details>
          <summary>Put an object</summary>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void act(
                "PutObject",
                { Key: newKey, Body: bytesFrom(text), ContentType: "text/plain" },
                "The object is put.",
              );
            }}
          >
            <label>
              Key{" "}
              <input
                type="text"
                required
                value={newKey}
                onInput={({ currentTarget }) => setNewKey(currentTarget.value)}
              />
            </label>
            <label>
              Text{" "}
              <textarea rows={4} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
            </label>
            <button type="submit" class="primary">
              Put it
            </button>
          </form>
        </details>
      </Change>
    </>
  );
}

/** The beginning of an object, where it is text. */
const Content = ({
  name,
  opened,
}: {
  name: string;
  opened: Loaded<{ Body?: Bytes; ContentType?: string } | undefined>;
}) => (
  <section>
    <h3 class="cut">{name}</h3>
    <Shown loaded={opened}>
      {(object) => {
        const text = object?.Body && textOf(object.Body);
        return (
          <>
            <p class="quiet">
              {object?.ContentType} {object?.Body?.$cut && "(the first MiB)"}
            </p>
            {text === undefined ? <p class="quiet">It is no text.</p> : <Json label={name} value={text} />}
          </>
        );
      }}
    </Shown>
  </section>
);
