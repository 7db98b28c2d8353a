import { readFileSync } from "node:fs";
import { type Json, parseJson } from "@vswitch/core/jsonrpc";
import { errorText, SwitchError } from "@vswitch/core/lib";
import { type DatabaseSchema, OvsdbError, schemaFromJson } from "@vswitch/core/ovsdb";
import { toolError } from "./command.ts";

/** The schema in a file. @throws OvsdbError in the original's words. */
export function readSchemaFile(path: string): DatabaseSchema {
  let json: Json;
  try {
    json = parseJson(readText(path));
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw new OvsdbError("failed to read schema", `"${path}" could not be read as JSON (${error.message})`);
  }
  try {
    return schemaFromJson(json);
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    const details = `failed to parse "${path}" as ovsdb schema: ${error.details ?? ""}`;
    throw new OvsdbError(error.tag, details, error.syntax, error.ioError);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw toolError(`error opening "${path}": ${errorText(error)}`);
  }
}
