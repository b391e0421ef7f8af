import { InvalidEvent, invalidResource, type SamFault } from "./errors.ts";
import { isMap, type Value, type Values } from "./value.ts";

/** Where a value stands: in which resource or event, under which property. */
interface Place {
  readonly fault: (message: string) => SamFault;
  readonly path: string;
  readonly noun?: string;
}

/** What a property of a resource must be; the checks throw in SAM's words. */
export function inResource(id: string, path: string): Place {
  return { fault: (message) => invalidResource(id, message), path };
}

/** What a property of an event must be. */
export function inEvent(id: string, path: string): Place {
  return { fault: (message) => new InvalidEvent(id, message), path };
}

/** What a resource's own attribute must be. */
export function inAttribute(id: string, path: string): Place {
  return { fault: (message) => invalidResource(id, message), path, noun: "Attribute" };
}

export function aMap(value: Value | undefined, place: Place, message?: string): Values {
  if (isMap(value)) return value;
  throw wrong(place, "map", message);
}

export function aList(value: Value | undefined, place: Place): Value[] {
  if (Array.isArray(value)) return value;
  throw wrong(place, "list");
}

export function aText(value: Value | undefined, place: Place): string {
  if (typeof value === "string") return value;
  throw wrong(place, "string");
}

export function aBoolean(value: Value | undefined, place: Place): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(place, "boolean");
}

export function aListOfTexts(value: Value | undefined, place: Place): string[] {
  return aList(value, place).map((item, index) => aText(item, { ...place, path: `${place.path}[${index}]` }));
}

export function something<T extends Value>(value: T | undefined, place: Place): T {
  if (value !== undefined && value !== null) return value;
  throw place.fault(`Property '${place.path}' is required.`);
}

function wrong(place: Place, kind: string, message?: string): SamFault {
  return place.fault(message ?? `${place.noun ?? "Property"} '${place.path}' should be a ${kind}.`);
}
