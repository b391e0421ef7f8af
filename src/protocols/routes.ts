/** Finds the operation of a REST request: method, path template, and what tells operations on one path apart. */

import type { HttpRequest } from "../core/http.ts";
import type { Operation, ServiceModel } from "../models/model.ts";
import { membersOf, resolve } from "./shapes.ts";

/** Query parameters, decoded; each name with its values in order. */
export type Query = ReadonlyMap<string, readonly string[]>;

export interface RouteMatch {
  readonly operation: string;
  /** Label → text, decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly deprecated: boolean;
  /** The template ends in a slash: Bedrock's `/agents/{agentId}/` is another operation than `/agents/{sessionId}`. */
  readonly slash: boolean;
  /** Label names by position; the greedy one takes what the others leave. */
  readonly segments: readonly Segment[];
  readonly literals: readonly (readonly [name: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

interface Node {
  readonly literals: Map<string, Node>;
  label?: Node;
  /** Routes whose greedy label starts here. */
  readonly greedy: Route[];
  readonly routes: Route[];
}

/** Compiles a service's URIs into a matcher. Throws URIError for a label that cannot be decoded. */
export function routesOf(
  model: ServiceModel,
): (request: HttpRequest, path: string, query: Query) => RouteMatch | undefined {
  const root = newNode();
  for (const [name, operation] of Object.entries(model.operations))
    insert(root, routeOf(model, name, operation));
  return (request, path, query) => {
    const segments = path.split("/").slice(1);
    const accept = (routes: readonly Route[]) => best(routes, request, query);
    const route = find(root, segments, 0, accept) ?? findWithoutTrailingSlash(root, segments, accept);
    return route && { operation: route.operation, labels: labelsOf(route, segments) };
  };
}

const newNode = (): Node => ({ literals: new Map(), greedy: [], routes: [] });

function routeOf(model: ServiceModel, name: string, operation: Operation): Route {
  const [path, queryString] = splitOnce(operation.http.requestUri, "?");
  const input = operation.input && resolve(model, operation.input);
  const required = new Set(input?.required);
  const bound = input ? membersOf(model, input).filter((member) => required.has(member.name)) : [];
  const wireNames = (location: string) =>
    bound
      .filter(({ shape }) => shape.location === location)
      .map(({ name: member, shape }) => shape.locationName ?? member);
  return {
    operation: name,
    method: operation.http.method,
    deprecated: operation.deprecated === true,
    slash: path.length > 1 && path.endsWith("/"),
    segments: withoutTrailing(path.split("/").slice(1)).map(segmentOf),
    literals: (queryString ?? "")
      .split("&")
      .filter((part) => part !== "" && !part.startsWith("x-id="))
      .map((part) => splitOnce(part, "=")),
    requiredQuery: wireNames("querystring"),
    requiredHeaders: wireNames("header").map((header) => header.toLowerCase()),
  };
}

function segmentOf(text: string): Segment {
  const [, label, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  return label === undefined ? { literal: text } : { label, greedy: plus === "+" };
}

function insert(root: Node, route: Route): void {
  let node = root;
  for (const segment of route.segments) {
    if ("literal" in segment) {
      const next = node.literals.get(segment.literal) ?? newNode();
      node.literals.set(segment.literal, next);
      node = next;
    } else if (segment.greedy) {
      node.greedy.push(route);
      return;
    } else {
      node.label ??= newNode();
      node = node.label;
    }
  }
  node.routes.push(route);
}

type Accept = (routes: readonly Route[]) => Route | undefined;

function find(node: Node, segments: readonly string[], at: number, accept: Accept): Route | undefined {
  const segment = segments[at];
  if (segment === undefined) return accept(node.routes);
  const literal = node.literals.get(segment) ?? node.literals.get(decoded(segment));
  const found = literal && find(literal, segments, at + 1, accept);
  if (found) return found;
  const labelled = segment !== "" && node.label ? find(node.label, segments, at + 1, accept) : undefined;
  if (labelled) return labelled;
  return node.greedy.length > 0
    ? accept(node.greedy.filter((route) => greedyFits(route, segments)))
    : undefined;
}

function findWithoutTrailingSlash(
  root: Node,
  segments: readonly string[],
  accept: Accept,
): Route | undefined {
  return segments.at(-1) === "" ? find(root, segments.slice(0, -1), 0, accept) : undefined;
}

function greedyFits(route: Route, segments: readonly string[]): boolean {
  const at = route.segments.findIndex((segment) => "greedy" in segment && segment.greedy);
  const suffix = route.segments.slice(at + 1);
  const end = segments.length - suffix.length;
  if (end <= at || segments.slice(at, end).join("/") === "") return false;
  return suffix.every(
    (segment, index) => !("literal" in segment) || segment.literal === segments[end + index],
  );
}

/**
 * Of the routes on one path, the one that names the most of what the request brings. S3 has 5 operations on
 * `PUT /{Bucket}/{Key+}` that only required parameters and headers tell apart.
 */
function best(routes: readonly Route[], request: HttpRequest, query: Query): Route | undefined {
  let chosen: Route | undefined;
  let chosenScore = Number.NEGATIVE_INFINITY;
  const slash = request.path.length > 1 && request.path.endsWith("/");
  for (const route of routes) {
    if (route.method !== request.method || !literalsMatch(route, query)) continue;
    const required = [
      ...route.requiredQuery.map((name) => query.has(name)),
      ...route.requiredHeaders.map((name) => request.headers[name] !== undefined),
    ];
    const missing = required.filter((present) => !present).length;
    const score =
      route.literals.length +
      required.length -
      100 * missing -
      (route.deprecated ? 0.5 : 0) +
      (route.slash === slash ? 0.25 : 0) +
      // Of greedy labels the one that leaves more of the path to literals: `/portals/{arn+}/userSettings`.
      route.segments.length / 100;
    if (score > chosenScore) {
      chosen = route;
      chosenScore = score;
    }
  }
  return chosen;
}

function literalsMatch(route: Route, query: Query): boolean {
  return route.literals.every(([name, value]) => {
    const values = query.get(name);
    return values !== undefined && (value === undefined || values.includes(value));
  });
}

function labelsOf(route: Route, segments: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  const greedyAt = route.segments.findIndex((segment) => "greedy" in segment && segment.greedy);
  const extra = greedyAt < 0 ? 0 : segments.length - route.segments.length;
  for (const [index, segment] of route.segments.entries()) {
    if ("literal" in segment) continue;
    const start = greedyAt >= 0 && index > greedyAt ? index + extra : index;
    const end = segment.greedy ? start + extra + 1 : start + 1;
    labels[segment.label] = segments.slice(start, end).map(decodeURIComponent).join("/");
  }
  return labels;
}

const withoutTrailing = (segments: string[]) => (segments.at(-1) === "" ? segments.slice(0, -1) : segments);

function decoded(segment: string): string {
  return segment.includes("%") ? decodeURIComponent(segment) : segment;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
