import type { Atom } from "./atom.ts";
import type { Datum } from "./datum.ts";

/** The types of single values (RFC 7047 §3.1 <atomic-type>). */
export type AtomicType = "integer" | "real" | "boolean" | "string" | "uuid";
/** All atomic types, in the order of RFC 7047 §3.1. */
export const ATOMIC_TYPES: readonly AtomicType[] = ["integer", "real", "boolean", "string", "uuid"];

/** The type of a column's keys or values, with what the schema allows (RFC 7047 §3.2 <base-type>). */
export interface BaseType {
  readonly type: AtomicType;
  /** The only values allowed: a set of them. */
  readonly enum?: Datum | undefined;
  /** Bounds of an integer or real, both inclusive. */
  readonly min?: Atom | undefined;
  readonly max?: Atom | undefined;
  /** Bounds of a string's length, in characters; default 0 and unlimited. */
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  /** The table whose rows a uuid refers to. */
  readonly refTable?: string | undefined;
  /** Default "strong": the row stays while it is referred to. */
  readonly refType?: "strong" | "weak" | undefined;
}

/** A column's type: a set of keys, or a map when `value` is there (RFC 7047 §3.2 <type>). */
export interface ColumnType {
  readonly key: BaseType;
  readonly value?: BaseType | undefined;
  /** How many elements: 0 or 1. */
  readonly min: number;
  /** How many elements: 1 or more; Infinity is "unlimited". */
  readonly max: number;
}

/**
 * A base type with all its members in one order, as `columnType` makes column types: what every transaction reads has
 * one hidden class, so that V8 need not compile its readers anew for each that comes up.
 */
export function baseType(type: AtomicType, limits: Omit<BaseType, "type"> = {}): BaseType {
  const { enum: allowed, min, max, minLength, maxLength, refTable, refType } = limits;
  return { type, enum: allowed, min, max, minLength, maxLength, refTable, refType };
}

/** A column type with all its members; see `baseType`. */
export function columnType(key: BaseType, value: BaseType | undefined, min: number, max: number): ColumnType {
  return { key, value, min, max };
}

/** Whether the column holds pairs; narrows the type. */
export const isMap = (type: ColumnType): type is ColumnType & { readonly value: BaseType } => type.value !== undefined;
/** Whether it holds exactly one element, and no pair: such stand bare in text and JSON. */
export const isScalar = (type: ColumnType): boolean => type.min === 1 && type.max === 1 && !type.value;
/** A set of 0 or 1 elements. */
export const isOptionalScalar = (type: ColumnType): boolean => type.min === 0 && type.max === 1 && !type.value;

/** Whether it refers to rows and keeps them from being collected (RFC 7047 §3.2, "refType"). */
export const isStrongRef = (base: BaseType | undefined): boolean =>
  base?.refTable !== undefined && base.refType !== "weak";
/** Whether it refers to rows and goes when they go (RFC 7047 §3.2, "refType"). */
export const isWeakRef = (base: BaseType | undefined): boolean => base?.refType === "weak";

/** A type in words, as messages name it: "set of up to 4096 integers". */
export function typeInEnglish(type: ColumnType): string {
  if (isScalar(type)) return type.key.type;
  const kind = isMap(type) ? "map" : "set";
  const elements = isMap(type) ? `(${type.key.type}, ${type.value.type}) pairs` : `${type.key.type}s`;
  return `${kind} ${countInEnglish(type)} ${elements}`;
}

function countInEnglish({ min, max }: ColumnType): string {
  if (max === Infinity) return min > 0 ? `of ${min} or more` : "of";
  return min ? `of ${min} to ${max}` : `of up to ${max}`;
}
