import type { Key } from "../../core/key.ts";
import { named } from "../../core/named.ts";
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { type AttributeValue, attributeOf, type Item, setAttribute, typeOf } from "./attribute-value.ts";
import { emptyKey, invalidParameter, keyMismatch } from "./errors.ts";
import { hashFrom, keyText } from "./key-text.ts";
import type { GlobalIndexRecord, IndexRecord, TableRecord } from "./table-record.ts";

type KeyType = "S" | "N" | "B";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

const MOST_HASH_BYTES = 2048;
const MOST_RANGE_BYTES = 1024;

/** A key schema made ready: attributes of the partition key and of the sort key. GSIs may have up to four of each. */
export class KeySchema {
  readonly hash: readonly [KeyAttribute, ...KeyAttribute[]];
  readonly range: readonly KeyAttribute[];
  readonly attributes: readonly KeyAttribute[];

  constructor(schema: DynamoDB.KeySchema, definitions: DynamoDB.AttributeDefinitions) {
    const named = (wanted: string) =>
      schema
        .filter(({ KeyType }) => KeyType === wanted)
        .map(({ AttributeName: name }) => {
          // Whoever made the schema has checked it: every key attribute is defined.
          const defined = sure(definitions.find(({ AttributeName }) => AttributeName === name));
          return { name, type: defined.AttributeType as KeyType };
        });
    const [first, ...others] = named("HASH");
    this.hash = [sure(first), ...others]; // It has been checked: the first of a schema's elements is a HASH.
    this.range = named("RANGE");
    this.attributes = [...this.hash, ...this.range];
  }

  has(name: string): boolean {
    return this.attributes.some((attribute) => attribute.name === name);
  }

  /** Hash and texts of the keys of an item that has them all. */
  texts(item: Item): string[] {
    const texts = [""];
    for (const { name } of this.hash) texts.push(textOf(item, name));
    texts[0] = hashFrom(texts, 1);
    for (const { name } of this.range) texts.push(textOf(item, name));
    return texts;
  }

  /** The key attributes of an item. */
  pick(item: Item): Item {
    const key: Item = named();
    for (const { name } of this.attributes) key[name] = sure(item[name]); // It has been checked by the schema.
    return key;
  }
}

const textOf = (item: Item, name: string): string => keyText(sure(item[name])); // So has this one.

/** A secondary index of a table, made ready. */
export class Index {
  readonly record: IndexRecord | GlobalIndexRecord;
  readonly isGlobal: boolean;
  readonly keys: KeySchema;
  readonly projectsAll: boolean;
  /** Names of the attributes it holds; undefined for all. */
  readonly attributes: ReadonlySet<string> | undefined;
  readonly #tableKeys: KeySchema;

  constructor(record: IndexRecord, isGlobal: boolean, table: TableRecord, tableKeys: KeySchema) {
    this.record = record;
    this.isGlobal = isGlobal;
    this.keys = new KeySchema(record.keySchema, table.attributes);
    this.#tableKeys = tableKeys;
    this.projectsAll = record.projection.ProjectionType === "ALL";
    this.attributes = this.projectsAll
      ? undefined
      : new Set([
          ...tableKeys.attributes.map(({ name }) => name),
          ...this.keys.attributes.map(({ name }) => name),
          ...(record.projection.NonKeyAttributes ?? []),
        ]);
  }

  /** The key of an item's row; undefined when the item lacks a key attribute (the index is sparse). */
  rowKey(item: Item): Key | undefined {
    for (const { name, type } of this.keys.attributes) {
      const value = attributeOf(item, name)?.[type];
      if (value === undefined || value.length === 0) return undefined;
    }
    if (!fits(this.keys, item)) return undefined;
    return [this.record.id, ...this.keys.texts(item), ...this.#tableKeys.texts(item).slice(1)];
  }

  /** Does the index hold an attribute of that name? */
  holds(name: string): boolean {
    return this.attributes === undefined || this.attributes.has(name);
  }

  /** What the index holds of an item. */
  projected(item: Item): Item {
    if (!this.attributes) return item;
    const part: Item = {};
    for (const name in item) {
      const value = this.attributes.has(name) ? item[name] : undefined;
      if (value) setAttribute(part, name, value);
    }
    return part;
  }

  /** Names of all key attributes of index and table: those of a LastEvaluatedKey. */
  startKeyNames(): string[] {
    return [...new Set([...this.#tableKeys.attributes, ...this.keys.attributes].map(({ name }) => name))];
  }
}

/** A table made ready for work on its items. Made anew whenever its record changes. */
export class Table {
  readonly record: TableRecord;
  readonly keys: KeySchema;
  readonly indexes: readonly Index[];
  /** True when a write need not know what was there before. */
  readonly writesBlindly: boolean;
  /** Something of it is in a state that does not last, and what becomes of it then is to be done. */
  readonly isSettling: boolean;
  readonly #indexesByName: readonly Index[];

  constructor(record: TableRecord) {
    this.record = record;
    this.isSettling =
      record.settling !== undefined ||
      record.globals.some(({ settling }) => settling) ||
      record.replicas?.some(({ settling }) => settling?.status === "DELETING") === true;
    this.keys = new KeySchema(record.keySchema, record.attributes);
    this.indexes = [
      ...record.locals.map((index) => new Index(index, false, record, this.keys)),
      ...record.globals.map((index) => new Index(index, true, record, this.keys)),
    ];
    this.#indexesByName = [...this.indexes].sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
    this.writesBlindly =
      this.indexes.length === 0 &&
      !record.stream?.enabled &&
      !record.ttl?.enabled &&
      !record.recovery &&
      !record.kinesis?.length &&
      !record.replicas?.length;
  }

  get name(): string {
    return this.record.name;
  }

  index(name: string): Index | undefined {
    return this.indexes.find(({ record }) => record.name === name);
  }

  itemKey(item: Item): Key {
    return [this.record.id, ...this.keys.texts(item)];
  }

  /** Checks a Key parameter: exactly the key attributes, of the right types. */
  checkKey(key: Item): void {
    let given = 0;
    for (const name in key) if (key[name] !== undefined) given++;
    if (given !== this.keys.attributes.length) throw keyMismatch();
    for (const { name, type } of this.keys.attributes) {
      const value = attributeOf(key, name);
      if (value?.[type] === undefined) throw keyMismatch();
      checkKeyValue(name, type, value);
    }
    this.#checkSizes(key);
  }

  /** Does an item have this table's key attributes, of the right types? */
  hasKeyOf(item: Item): boolean {
    return this.keys.attributes.every(({ name, type }) => attributeOf(item, name)?.[type] !== undefined);
  }

  /** Checks that an item has this table's keys, and that what it has of indexes' keys is of their types. */
  checkItem(item: Item): void {
    for (const { name, type } of this.keys.attributes) {
      const value = attributeOf(item, name);
      if (!value) throw invalidParameter(`Missing the key ${name} in the item`);
      if (value[type] === undefined)
        throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
      checkKeyValue(name, type, value);
    }
    this.#checkSizes(item);
    this.checkIndexKeys(item);
  }

  /** The index that is named is the first by name. */
  checkIndexKeys(item: Item, byUpdate = false): void {
    for (const index of this.#indexesByName) {
      for (const { name, type } of index.keys.attributes) {
        const value = this.keys.has(name) ? undefined : attributeOf(item, name);
        if (!value) continue;
        if (value[type] === undefined)
          throw invalidParameter(
            `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.record.name}`,
          );
        if (value.S === "" || value.B?.length === 0)
          throw emptyKey(
            byUpdate
              ? `The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value.`
              : `A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. IndexName: ${index.record.name}, IndexKey: ${name}`,
          );
      }
      checkKeySizes(
        index.keys,
        item,
        (limit) => `Size of hashkey has exceeded the maximum size limit of${limit} bytes`,
      );
    }
  }

  #checkSizes(item: Item): void {
    checkKeySizes(
      this.keys,
      item,
      (limit) => `Size of hashkey has exceeded the maximum size limit of${limit} bytes`,
    );
  }
}

function checkKeyValue(name: string, type: KeyType, value: AttributeValue): void {
  if (value.S !== "" && value.B?.length !== 0) return;
  throw emptyKey(
    `The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. Key: ${name}`,
  );
}

/** Items from before the index may have values that are too long for its keys: they stay out. */
function fits(keys: KeySchema, item: Item): boolean {
  return (
    keys.hash.every(({ name }) => keyBytes(item[name]) <= MOST_HASH_BYTES) &&
    keys.range.every(({ name }) => keyBytes(item[name]) <= MOST_RANGE_BYTES)
  );
}

function checkKeySizes(keys: KeySchema, item: Item, hashMessage: (limit: number) => string): void {
  for (const { name } of keys.hash) {
    if (keyBytes(item[name]) > MOST_HASH_BYTES) throw invalidParameter(hashMessage(MOST_HASH_BYTES));
  }
  for (const { name } of keys.range) {
    if (keyBytes(item[name]) > MOST_RANGE_BYTES)
      throw invalidParameter(
        `Aggregated size of all range keys has exceeded the size limit of ${MOST_RANGE_BYTES} bytes`,
      );
  }
}

function keyBytes(value: AttributeValue | undefined): number {
  if (value?.S !== undefined) return value.S.length > 341 ? Buffer.byteLength(value.S) : value.S.length;
  return value?.B?.length ?? 0;
}
