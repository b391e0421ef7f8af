import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalog } from "./aws/catalog.ts";
import type { ServiceDeclaration } from "./aws/declaration.ts";
import { UNSERVED } from "./aws/unserved.ts";
import type { Blobs } from "./core/blobs.ts";
import { found } from "./core/found.ts";
import type { ServiceFactory, Setting } from "./core/service.ts";
import type { Storage } from "./core/storage.ts";
import { didYouMean } from "./faults/nearest.ts";
import { parseSetting, type ServiceSource, type Services } from "./gateway/services.ts";
import { loadModel, wireService } from "./models/model.ts";
import type { CloudOptions } from "./options.ts";
import type { ServiceCoverage } from "./server/routes.ts";

const folder = new URL("./services/", import.meta.url);
const index = import.meta.url.endsWith(".ts") ? "index.ts" : "index.js";

let names: string[] | undefined;
function folderNames(): readonly string[] {
  const path = fileURLToPath(folder);
  names ??= readdirSync(path).filter((name) => existsSync(join(path, name, index)));
  return names;
}

/**
 * The services beside this file: each folder with an index is one. They are imported when first called.
 * @throws Error for a name in `only` that there is not
 */
export function serviceSources(only: readonly string[] | undefined): ServiceSource[] {
  const names = folderNames();
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `Squall has no service "${unknown}".${didYouMean(unknown, names)} It has ${names.join(", ")}.`,
    );
  return (only ?? names).map((name) => ({
    name,
    load: async () => {
      const module = (await import(new URL(`${name}/${index}`, folder).href)) as { default: ServiceFactory };
      return module.default;
    },
  }));
}

/** What the folders declare, and what is declared of services that have none: all of it, loaded without any handler. */
export async function loadDeclarations(): Promise<ServiceDeclaration[]> {
  const file = import.meta.url.endsWith(".ts") ? "declaration.ts" : "declaration.js";
  const served = await Promise.all(
    folderNames().map(async (name) => {
      const declaration = (await found(folder, `${name}/${file}`)) as ServiceDeclaration;
      if (declaration.name !== name)
        throw new Error(
          `services/${name}/${file} declares "${declaration.name}": folder and name must agree.`,
        );
      return declaration;
    }),
  );
  return [...served, ...UNSERVED.filter(({ name }) => !served.some((other) => other.name === name))];
}

/** @throws Error for a setting that there is not, with a value that it does not take, or that this machine cannot have */
export function checkSettings(
  services: Services,
  catalog: Catalog,
  given: NonNullable<CloudOptions["settings"]>,
): void {
  for (const [name, values] of Object.entries(given)) {
    if (!services.has(name)) throw new Error(`Squall has no service "${name}" to set anything of.`);
    const settings = catalog.get(name)?.settings ?? {};
    for (const [setting, value] of Object.entries(values)) {
      const known = settings[setting];
      if (!known) {
        const names = Object.keys(settings).map((one) => `--${name}-${one}`);
        throw new Error(
          `There is no setting --${name}-${setting}. There is ${names.join(", ") || "none for this service"}.`,
        );
      }
      checkSetting(`--${name}-${setting}`, known, value);
    }
  }
}

/** @throws Error for a value that a setting does not take, or that this machine cannot have. @param label what it is called there */
export function checkSetting(label: string, setting: Setting, value: string | number | boolean): void {
  const parsed = parseSetting(label, setting, value);
  const complaint = setting.complaint?.(parsed);
  if (complaint) throw new Error(`${label}: ${complaint}`);
}

/** What is kept from an earlier run may want work in the background: those services are loaded, and so started, at once. */
export async function resume(services: Services, storage: Storage, blobs: Blobs): Promise<void> {
  const kept = new Set([...storage.services(), ...blobs.services()]);
  for (const name of kept) if (services.has(name)) await services.load(name);
}

/** What is implemented of a service. */
export async function coverageOf(
  services: Services,
  catalog: Catalog,
  name: string,
): Promise<ServiceCoverage> {
  const { service } = await services.load(name);
  const { faultPoints = {}, settings = {} } = catalog.get(name) ?? {};
  const handled = (operation: string) => service.operations[operation] !== undefined;
  const modelled = modelledOperations(name);
  return {
    service: name,
    implemented: modelled.filter(handled),
    missing: modelled.filter((operation) => !handled(operation)),
    faultPoints,
    settings,
  };
}

/** The operations of any AWS service, and of data planes. */
export function operationsOf(service: string, catalog: Catalog): readonly string[] {
  const plane = catalog.dataPlanes().find(({ name }) => name === service);
  return plane?.operations ?? modelledOperations(service);
}

function modelledOperations(service: string): readonly string[] {
  const model = loadModel(service);
  return model ? Object.keys(model.operations) : Object.keys(wireService(service)?.operations ?? {});
}
