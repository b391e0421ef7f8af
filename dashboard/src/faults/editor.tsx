import { useEffect, useId, useState } from "preact/hooks";
import { ask } from "../api.ts";
import { attempt, say } from "../notices.tsx";
import { Dialog } from "../pieces/dialog.tsx";
import type { Draft } from "./drafts.ts";
import { readRules } from "./rule.ts";
import { type EffectHelp, type Field, type Help, help } from "./schema.ts";
import { changesBetween } from "./written.ts";

type Written = Record<string, unknown>;
type Form = "json" | "yaml";

/** Reads and writes a rule's text. YAML is loaded when somebody wants it. */
const FORMS: Readonly<
  Record<Form, { parse(text: string): Promise<unknown>; write(value: unknown): Promise<string> }>
> = {
  json: {
    parse: async (text) => JSON.parse(text),
    write: async (value) => JSON.stringify(value, null, 2),
  },
  yaml: {
    parse: async (text) => (await import("yaml")).parse(text),
    write: async (value) => (await import("yaml")).stringify(value),
  },
};

/** Writes a rule: as a form, and below it as text; what the schema says of each field stands beside. */
export function RuleEditor({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const [rule, setRule] = useState<Written>({ ...draft.rule });
  const [form, setForm] = useState<Form>("json");
  const [text, setText] = useState(JSON.stringify(draft.rule, null, 2));
  const [wrong, setWrong] = useState<string>();
  const [known, setKnown] = useState<Help>();
  useEffect(() => void help().then(setKnown, () => {}), []);
  const area = useId();

  const change = async (next: Written) => {
    setRule(next);
    setWrong(undefined);
    setText(await FORMS[form].write(next));
  };
  const type = async (typed: string) => {
    setText(typed);
    try {
      const parsed = await FORMS[form].parse(typed);
      if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
        throw new Error("A rule is an object.");
      setRule(parsed as Written);
      setWrong(undefined);
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  const turn = async (to: Form) => {
    setForm(to);
    if (wrong === undefined) setText(await FORMS[to].write(rule));
  };
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      if (draft.id === undefined) await ask("POST", "/_squall/faults", rule);
      else
        await ask(
          "PATCH",
          `/_squall/faults/${encodeURIComponent(draft.id)}`,
          changesBetween(draft.rule, rule),
        );
      say(draft.id === undefined ? "The rule is added." : `${draft.id} is changed.`);
      onClose();
      void readRules();
    } catch (error) {
      setWrong((error as Error).message);
    }
  };

  return (
    <Dialog title={draft.title} onClose={onClose} class="editor">
      <form onSubmit={(event) => void save(event)}>
        <div class="editor-columns">
          <div>
            <Fields rule={rule} known={known} onChange={(next) => void change(next)} />
            <div class="bar">
              <label for={area}>As text</label>
              <span class="grow" />
              {(["json", "yaml"] as const).map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={form === one}
                  onClick={() => void attempt(() => turn(one))}
                >
                  {one.toUpperCase()}
                </button>
              ))}
            </div>
            <textarea
              id={area}
              spellcheck={false}
              rows={14}
              value={text}
              aria-invalid={wrong !== undefined}
              onInput={({ currentTarget }) => void type(currentTarget.value)}
            />
            <p class="wrong" role="alert">
              {wrong}
            </p>
          </div>
          {known && <HelpColumn rule={rule} known={known} />}
        </div>
        <footer class="bar">
          <span class="grow" />
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            {draft.id === undefined ? "Add the rule" : "Change the rule"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const textOf = (value: unknown): string =>
  value === undefined
    ? ""
    : typeof value === "string"
      ? value
      : Array.isArray(value)
        ? value.join(", ")
        : String(value);

/** What most rules need: whom it strikes, how, how often and how long. */
function Fields({
  rule,
  known,
  onChange,
}: {
  rule: Written;
  known: Help | undefined;
  onChange: (rule: Written) => void;
}) {
  const match = (rule["match"] ?? {}) as Written;
  const params = (rule["params"] ?? {}) as Written;
  const services = useServices();
  const names = useId();
  const service = textOf(match["service"]);
  const operations = services[service] ?? [];
  const effect = known?.effects.find(({ name }) => name === rule["effect"]);

  const set = (name: string, value: unknown) => onChange(without({ ...rule, [name]: value }));
  const setMatch = (name: string, value: string) =>
    set("match", without({ ...match, [name]: listed(value) }));
  const setParam = (name: string, value: unknown) => set("params", without({ ...params, [name]: value }));

  return (
    <div class="fields">
      <Input
        label="Service"
        value={service}
        list={`${names}-services`}
        onInput={(value) => setMatch("service", value)}
      />
      <Input
        label="Operation"
        value={textOf(match["operation"])}
        list={`${names}-operations`}
        onInput={(value) => setMatch("operation", value)}
      />
      <Input
        label="Resource"
        value={textOf(match["resource"])}
        onInput={(value) => setMatch("resource", value)}
      />
      <datalist id={`${names}-services`}>
        {Object.keys(services).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`${names}-operations`}>
        {operations.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label>
        Effect
        <select
          value={textOf(rule["effect"])}
          onChange={({ currentTarget }) =>
            onChange(without({ ...rule, effect: currentTarget.value, params: undefined }))
          }
        >
          {namesOf(known?.effects ?? [], textOf(rule["effect"])).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {effect &&
        Object.entries(effect.params)
          .filter(([, field]) => isSimple(field))
          .slice(0, 6)
          .map(([name, field]) => (
            <ParamInput
              key={`${effect.name} ${name}`}
              name={name}
              field={field}
              value={params[name]}
              onChange={(value) => setParam(name, value)}
            />
          ))}
      <Input
        label="Percentage"
        type="number"
        value={textOf(rule["percentage"] ?? 100)}
        onInput={(value) => set("percentage", numberOf(value))}
      />
      <Input
        label="Times at most"
        type="number"
        value={textOf(rule["times"])}
        onInput={(value) => set("times", numberOf(value))}
      />
      <Input
        label="Lasts (5m, PT30S)"
        value={textOf(rule["ttl"])}
        onInput={(value) => set("ttl", value || undefined)}
      />
      <Input label="Note" value={textOf(rule["note"])} onInput={(value) => set("note", value || undefined)} />
    </div>
  );
}

function Input(props: {
  label: string;
  value: string;
  type?: "text" | "number";
  list?: string;
  onInput: (value: string) => void;
}) {
  const { label, value, type = "text", list, onInput } = props;
  return (
    <label>
      {label}
      <input
        type={type}
        min={0}
        list={list}
        value={value}
        autocomplete="off"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}

function ParamInput(props: {
  name: string;
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const { name, field, value, onChange } = props;
  const isNumber =
    [field.type].flat().some((type) => type === "number" || type === "integer") &&
    ![field.type].flat().includes("string");
  if (!field.enum)
    return (
      <Input
        label={name}
        type={isNumber ? "number" : "text"}
        value={textOf(value)}
        onInput={(typed) => onChange(isNumber ? numberOf(typed) : typed || undefined)}
      />
    );
  return (
    <label>
      {name}
      <select
        value={textOf(value)}
        onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      >
        <option value="">{field.default === undefined ? "" : `${field.default} (default)`}</option>
        {field.enum.map((one) => (
          <option key={String(one)} value={String(one)}>
            {String(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

const isSimple = ({ type, enum: values }: Field): boolean =>
  values !== undefined ||
  [type].flat().every((one) => one === "string" || one === "number" || one === "integer");

const numberOf = (text: string): number | undefined => (text.trim() === "" ? undefined : Number(text));
const listed = (text: string): unknown => {
  const parts = text.split(/\s*,\s*/).filter(Boolean);
  return parts.length > 1 ? parts : (parts[0] ?? undefined);
};
const without = (value: Written): Written =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

function namesOf(effects: readonly EffectHelp[], chosen: string): string[] {
  const names = new Set(effects.filter(({ point }) => point === "api").map(({ name }) => name));
  if (chosen !== "") names.add(chosen);
  return [...names].sort();
}

/** What the schema says of the effect at hand, and of the fields around it. */
function HelpColumn({ rule, known }: { rule: Written; known: Help }) {
  const effect = known.effects.find(({ name }) => name === rule["effect"]);
  return (
    <div class="help" tabIndex={0} role="region" aria-label="What the fields mean">
      {effect && (
        <>
          <h3>{effect.name}</h3>
          <p>{effect.description}</p>
          <FieldList fields={effect.params} />
        </>
      )}
      <h3>match</h3>
      <FieldList fields={known.match} />
      <h3>How often, how long</h3>
      <FieldList fields={known.rule} />
    </div>
  );
}

const FieldList = ({ fields }: { fields: Readonly<Record<string, Field>> }) => (
  <dl>
    {Object.entries(fields).map(([name, { description, enum: values }]) => (
      <div key={name}>
        <dt>
          <code>{name}</code>
        </dt>
        <dd>
          {description}
          {values && <> One of {values.map(String).join(", ")}.</>}
        </dd>
      </div>
    ))}
  </dl>
);

/** The operations of each service, for who types one. */
function useServices(): Readonly<Record<string, readonly string[]>> {
  const [services, setServices] = useState<Readonly<Record<string, readonly string[]>>>({});
  useEffect(() => {
    ask<{ services: { service: string; implemented: string[] }[] }>("GET", "/_squall/services").then(
      ({ services }) =>
        setServices(Object.fromEntries(services.map(({ service, implemented }) => [service, implemented]))),
      () => {},
    );
  }, []);
  return services;
}
