// Column types in schemas (RFC 7047 §3.2): JSON both ways.
import { isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { syntaxError } from "../error.ts";
import { Members } from "../members.ts";
import {
  ATOMIC_TYPES,
  type Atom,
  type AtomicType,
  type BaseType,
  baseType,
  type ColumnType,
  columnType,
  datumFromJson,
  datumToJson,
  isScalar,
} from "../value/index.ts";

/** The greatest count or length that a schema may state; it stands for "no limit". */
const UNLIMITED = 0xffffffff;

function atomicTypeFromJson(json: Json): AtomicType {
  if (typeof json !== "string") throw syntaxError(json, "atomic-type expected");
  const type = ATOMIC_TYPES.find((known) => known === json);
  if (!type) throw syntaxError(json, `"${json}" is not an atomic-type`);
  return type;
}

/** The type that a <base-type> spells (RFC 7047 §3.2). @throws OvsdbError "syntax error" and others. */
export function baseTypeFromJson(json: Json): BaseType {
  if (typeof json === "string") return baseType(atomicTypeFromJson(json));
  const members = new Members(json, "ovsdb type");
  const type = atomicTypeFromJson(members.take("type", "string"));
  const allowed = members.takeOptional("enum", "null", "boolean", "real", "string", "array", "object");
  let limits: Partial<BaseType> = {};
  if (allowed !== undefined) limits = { enum: datumFromJson(allowed, enumType(type)) };
  else if (type === "integer" || type === "real") limits = rangeFromJson(members, type, json);
  else if (type === "string") limits = lengthsFromJson(members, json);
  else if (type === "uuid") limits = referenceFromJson(members, json);
  members.finish();
  return baseType(type, limits);
}

/** The type of an "enum" of atoms of that type. */
const enumType = (type: AtomicType) => columnType(baseType(type), undefined, 1, Infinity);

function rangeFromJson(members: Members, type: "integer" | "real", json: Json): Partial<BaseType> {
  const kind = type === "integer" ? "Integer" : "Real";
  const min = members.takeOptional(`min${kind}`, type);
  const max = members.takeOptional(`max${kind}`, type);
  if (min !== undefined && max !== undefined && min > max) throw syntaxError(json, `min${kind} exceeds max${kind}`);
  return { min, max };
}

function lengthsFromJson(members: Members, json: Json): Partial<BaseType> {
  const take = (name: string) => {
    const value = members.takeOptional(name, "integer");
    if (value === undefined) return undefined;
    if (value < 0 || value > UNLIMITED) {
      throw syntaxError(json, `${name} out of valid range 0 to ${UNLIMITED}`);
    }
    return Number(value);
  };
  const minLength = take("minLength");
  const maxLength = take("maxLength");
  if ((minLength ?? 0) > (maxLength ?? UNLIMITED)) throw syntaxError(json, "minLength exceeds maxLength");
  return { minLength: minLength || undefined, maxLength };
}

function referenceFromJson(members: Members, json: Json): Partial<BaseType> {
  const refTable = members.takeOptional("refTable", "id");
  if (refTable === undefined) return {};
  const refType = members.takeOptional("refType", "string");
  if (refType === undefined || refType === "strong") return { refTable };
  if (refType !== "weak") throw syntaxError(json, `refType must be "strong" or "weak" (not "${refType}")`);
  return { refTable, refType };
}

function hasConstraints({ type: _, ...limits }: BaseType): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}

/** The <base-type>: a mere name unless it has constraints. */
export function baseTypeToJson(base: BaseType): Json {
  if (!hasConstraints(base)) return base.type;
  const { type, min, max, minLength, maxLength, refTable, refType } = base;
  const kind = type === "integer" ? "Integer" : "Real";
  const json: Record<string, Json> = { type };
  const put = (name: string, value: Atom | undefined) => {
    if (value !== undefined) json[name] = value;
  };
  if (base.enum) json["enum"] = datumToJson(base.enum, enumType(type));
  put(`min${kind}`, min);
  put(`max${kind}`, max);
  put("minLength", minLength);
  put("maxLength", maxLength);
  put("refTable", refTable);
  put("refType", refType);
  return json;
}

/** The column type that a <type> spells (RFC 7047 §3.2). @throws OvsdbError "syntax error" and others. */
export function typeFromJson(json: Json): ColumnType {
  if (typeof json === "string") return columnType(baseType(atomicTypeFromJson(json)), undefined, 1, 1);
  if (!isJsonObject(json)) throw syntaxError(json, "ovsdb type expected");
  const members = new Members(json, "ovsdb type");
  const key = members.take("key", "string", "object");
  const value = members.takeOptional("value", "string", "object");
  const min = members.takeOptional("min", "integer");
  const max = members.takeOptional("max", "integer", "string");
  members.finish();
  const keyType = baseTypeFromJson(key);
  const valueType = value === undefined ? undefined : baseTypeFromJson(value);
  const least = countFromJson(min, json);
  const most = max === "unlimited" ? Infinity : countFromJson(max, json);
  if (least > 1 || most < 1) throw syntaxError(json, "ovsdb type fails constraint checks");
  return columnType(keyType, valueType, least, most);
}

function countFromJson(count: number | bigint | string | undefined, json: Json): number {
  if (count === undefined) return 1;
  if (typeof count === "string" || count < 0 || count > UNLIMITED) throw syntaxError(json, "bad min or max value");
  return count === UNLIMITED ? Infinity : Number(count);
}

/** The <type>, without what is a default. */
export function typeToJson(type: ColumnType): Json {
  if (isScalar(type) && !hasConstraints(type.key)) return baseTypeToJson(type.key);
  const json: Record<string, Json> = { key: baseTypeToJson(type.key) };
  if (type.value) json["value"] = baseTypeToJson(type.value);
  if (type.min !== 1) json["min"] = type.min;
  if (type.max !== 1) json["max"] = type.max === Infinity ? "unlimited" : type.max;
  return json satisfies JsonObject;
}
