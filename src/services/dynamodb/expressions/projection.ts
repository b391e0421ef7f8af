import { type AttributeValue, attributeOf, type Item, setAttribute } from "../attribute-value.ts";
import { Lexer } from "./lexer.ts";
import { parsePath } from "./operand-parser.ts";
import { checkOverlap } from "./overlap.ts";
import type { Path, Placeholders } from "./placeholders.ts";
import { Problems } from "./problems.ts";
import type { PathSyntax } from "./syntax.ts";

export function parseProjection(source: string): PathSyntax[] {
  const lexer = new Lexer(source);
  const paths = [parsePath(lexer)];
  while (lexer.accept(",")) paths.push(parsePath(lexer));
  lexer.expectEnd();
  return paths;
}

/** Fills in names and checks. Throws ExpressionError with AWS's message. */
export function resolveProjection(parsed: readonly PathSyntax[], placeholders: Placeholders): Path[] {
  const problems = new Problems();
  const paths = parsed.map((path) => placeholders.path(path, problems));
  checkOverlap(paths, problems);
  problems.throwFirst(["reserved", "undefinedName", "path", "overlap", "conflict"]);
  return paths;
}

/** Which parts to keep, by step; `undefined` keeps the whole. */
type Tree = Map<string | number, Tree | undefined>;

/** The parts of an item that paths lead to. List members that are left move together, in their order. */
export function project(item: Item, paths: readonly Path[]): Item {
  return pickMembers(item, treeOf(paths));
}

function treeOf(paths: readonly Path[]): Tree {
  const root: Tree = new Map();
  for (const path of paths) {
    let tree = root;
    path.forEach((step, level) => {
      if (level === path.length - 1) tree.set(step, undefined);
      else {
        const below = tree.get(step) ?? new Map();
        tree.set(step, below);
        tree = below;
      }
    });
  }
  return root;
}

function pickMembers(members: Item, tree: Tree): Item {
  const picked: Item = {};
  for (const [step, below] of tree) {
    if (typeof step === "number") continue;
    const whole = attributeOf(members, step);
    const value = whole && pick(whole, below);
    if (value) setAttribute(picked, step, value);
  }
  return picked;
}

function pick(value: AttributeValue, tree: Tree | undefined): AttributeValue | undefined {
  if (!tree) return value;
  if (value.M) {
    const picked = pickMembers(value.M, tree);
    return Object.keys(picked).length > 0 ? { M: picked } : undefined;
  }
  const { L: list } = value;
  if (list) {
    const steps = [...tree.keys()].filter((step) => typeof step === "number").sort((a, b) => a - b);
    const picked = steps.flatMap((step) => {
      const member = list[step];
      return (member && pick(member, tree.get(step))) ?? [];
    });
    return picked.length > 0 ? { L: picked } : undefined;
  }
  return undefined;
}
