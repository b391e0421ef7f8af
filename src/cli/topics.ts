import type { ServiceDeclaration } from "../aws/declaration.ts";
import type { Parameters } from "../core/fault.ts";
import type { Setting } from "../core/service.ts";
import { commandNames } from "./program.ts";

/** Everything that `squall help` knows, by name. */
export async function topics(): Promise<{ commands: string[]; services: string[]; effects: string[] }> {
  return {
    commands: commandNames(),
    services: (await declarations()).map(({ name }) => name),
    effects: [...(await effects()).keys()],
  };
}

/** The settings of every service, as flags of `squall start`. */
export async function settingsHelp(): Promise<string> {
  const lines = (await declarations()).flatMap(({ name, settings = {} }) => settingLines(name, settings));
  return ["Settings of services:", ...lines].join("\n");
}

/** A service's settings and fault points; undefined when there is no such service. */
export async function serviceHelp(name: string): Promise<string | undefined> {
  const declared = (await declarations()).find((one) => one.name === name);
  if (declared === undefined) return undefined;
  const { settings = {}, faultPoints = {}, resources = {} } = declared;
  const flags = settingLines(name, settings);
  const points = Object.entries(faultPoints).flatMap(([point, { description, effects: own, generic }]) => [
    `  ${point}`,
    ...wrapped(description, 6),
    ...wrapped(`Effects: ${[...Object.keys(own), ...(generic ? ["those of calls"] : [])].join(", ")}.`, 6),
  ]);
  return [
    `${name} is a service.`,
    ...(Object.keys(resources).length > 0 ? ["", `Resources: ${Object.keys(resources).join(", ")}.`] : []),
    "",
    flags.length > 0
      ? "Settings (flags of squall start, or settings in squall.yaml):"
      : "It has no settings.",
    ...flags,
    "",
    points.length > 0
      ? "Fault points (squall faults add <effect> --point <name>):"
      : "It has no fault points of its own.",
    ...points,
    "",
    `Every operation can be failed, whether Squall serves it or not: squall faults add error --param kind=throttle --service ${name}`,
  ].join("\n");
}

/** What an effect does, and its parameters; undefined when there is no such effect. */
export async function effectHelp(name: string): Promise<string | undefined> {
  const effect = (await effects()).get(name);
  if (effect === undefined) return undefined;
  const parameters = parameterLines(effect.parameters);
  return [
    `${name} is an effect of fault rules.`,
    ...wrapped(effect.description, 2),
    "",
    parameters.length > 0
      ? `Parameters (squall faults add ${name} --param <name>=<value>):`
      : "It has no parameters.",
    ...parameters,
  ].join("\n");
}

async function declarations(): Promise<ServiceDeclaration[]> {
  const { loadDeclarations } = await import("../service-folders.ts");
  return (await loadDeclarations()).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function effects() {
  const { loadEffects } = await import("../faults/registry.ts");
  return await loadEffects();
}

function settingLines(service: string, settings: Readonly<Record<string, Setting>>): string[] {
  return Object.entries(settings).flatMap(
    ([name, { description, values, default: byDefault, env, type }]) => {
      const value = values ? values.join("|") : type;
      const also = env ? `; ${env.join(", ")}` : "";
      const usual = byDefault === "" ? "none" : String(byDefault);
      return [
        `  --${service}-${name} <${value}>`,
        ...wrapped(`${description.replace(/\.$/, "")} (default: ${usual}${also}).`, 6),
      ];
    },
  );
}

function parameterLines(parameters: Parameters): string[] {
  return Object.entries(parameters).flatMap(
    ([name, { description, type, unit, values, required, default: byDefault }]) => {
      const kind = [values ? values.join("|") : type, unit, required && "required"]
        .filter(Boolean)
        .join(", ");
      const usual = byDefault === undefined ? "" : ` Default: ${JSON.stringify(byDefault)}.`;
      return [`  ${name} (${kind})`, ...wrapped(`${description}${usual}`, 6)];
    },
  );
}

const WIDTH = 100;

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + word.length < WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => " ".repeat(indent) + line);
}
