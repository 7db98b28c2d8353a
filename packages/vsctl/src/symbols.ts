import { type BaseType, isWeakRef, type SymbolTable, type Uuid } from "@vswitch/core/ovsdb";
import { errors } from "./errors.ts";

interface Sym {
  uuid: Uuid;
  /** Whether some row bears it: by `create` or `get`. */
  created: boolean;
  strong: boolean;
  weak: boolean;
}

/** The `@name`s of one run: each stands for a row that some command makes or names. */
export class Symbols implements SymbolTable {
  readonly #table = new Map<string, Sym>();
  constructor(readonly newUuid: () => Uuid) {}

  uuidOf(name: string, base: BaseType): Uuid {
    const symbol = this.#get(name);
    if (isWeakRef(base)) symbol.weak = true;
    else symbol.strong = true;
    return symbol.uuid;
  }

  /** Claims a name for a row to be made. */
  create(id: string): Uuid {
    const symbol = this.#claim(id);
    return symbol.uuid;
  }

  /** Gives a name to a row that is there. */
  name(id: string, uuid: Uuid): void {
    if (!id.startsWith("@")) throw errors.make("vsctl/id", { id });
    const known = this.#table.get(id);
    if (known?.created) throw errors.make("vsctl/id-twice", { id });
    if (known) throw errors.make("vsctl/id-early", { id });
    this.#table.set(id, { uuid, created: true, strong: true, weak: false });
  }

  /** Makes sure that each name stands for something; `warn` hears of rows that nothing refers to. */
  check(warn: (text: string) => void): void {
    for (const [id, { created, strong, weak }] of this.#table) {
      if (!created) throw errors.make("vsctl/id-unknown", { id });
      if (strong) continue;
      const what = weak ? "only a weak reference to it was inserted" : "no reference to it was inserted";
      warn(`row id "${id}" was created but ${what}, so it will not actually appear in the database`);
    }
  }

  /** Rows of a root table need no reference. */
  needsNone(id: string): void {
    this.#get(id).strong = true;
  }

  #claim(id: string): Sym {
    if (!id.startsWith("@")) throw errors.make("vsctl/id", { id });
    const symbol = this.#get(id);
    if (symbol.created) throw errors.make("vsctl/id-twice", { id });
    symbol.created = true;
    return symbol;
  }

  #get(name: string): Sym {
    let symbol = this.#table.get(name);
    if (!symbol) {
      symbol = { uuid: this.newUuid(), created: false, strong: false, weak: false };
      this.#table.set(name, symbol);
    }
    return symbol;
  }
}
