import { duplicateId, invalidResource, SamFault } from "./errors.ts";
import { aMap, inAttribute, inResource } from "./expect.ts";
import { resourcesOf } from "./translation.ts";
import { copy, isMap, own, type Value, type Values } from "./value.ts";

const CONNECTOR = "AWS::Serverless::Connector";

/** `Connectors`, an attribute that any resource may have: connectors whose source is that resource. */
export function embedConnectors(template: Values, faults: SamFault[]): void {
  const resources = resourcesOf(template);
  const made: Values = {};
  for (const [id, resource] of Object.entries(resources)) {
    if (!isMap(resource) || !Object.hasOwn(resource, "Connectors")) continue;
    try {
      const connectors = aMap(resource["Connectors"], inAttribute(id, `${id}.Connectors`));
      for (const [name, connector] of Object.entries(connectors)) {
        note(faults, () => {
          made[`${id}${name}`] = embedded(id, name, connector);
          if (own(resources, `${id}${name}`) !== undefined) throw duplicateId(id, `${id}${name}`, CONNECTOR);
        });
      }
    } catch (error) {
      if (!(error instanceof SamFault)) throw error;
      faults.push(error);
    }
    delete resource["Connectors"];
  }
  Object.assign(resources, made);
}

function note(faults: SamFault[], act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SamFault)) throw error;
    faults.push(error);
  }
}

function embedded(source: string, name: string, written: Value): Values {
  if (!isMap(written)) {
    throw invalidResource(`${source}${name}`, `${source}.${source}${name} should be a map.`);
  }
  const connector = copy(written);
  const place = inAttribute(source, `Connectors.${name}.Properties`);
  const properties = { ...aMap(own(connector, "Properties"), place) };
  const reference = own(properties, "SourceReference");
  delete properties["SourceReference"];
  const said =
    reference === undefined
      ? {}
      : aMap(reference, inResource(source, `Connectors.${name}.Properties.SourceReference`));
  if (Object.hasOwn(said, "Id")) {
    throw invalidResource(name, "'Id' shouldn't be defined in 'SourceReference'.");
  }
  return { ...connector, Type: CONNECTOR, Properties: { ...properties, Source: { Id: source, ...said } } };
}
