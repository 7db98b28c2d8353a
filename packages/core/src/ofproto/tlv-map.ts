import { type Match, matchesTunMetadata, tunMetadataNumber, WORD } from "#flow";
import { type Action, ofError, type TlvMapping } from "#openflow";

/** Octets of options that all fields together may have, and how many fields there are, as Open vSwitch tells. */
export const TLV_SPACE = { octets: 256, fields: 64 } as const;

const kind = ({ optionClass, optionType }: TlvMapping): number => (optionClass << 8) | optionType;

/** Which Geneve option each tun_metadata field of a switch is (NXT_TLV_TABLE_MOD). */
export class TlvMap {
  readonly #byField = new Map<number, TlvMapping>();

  /** All mappings, by field. */
  get mappings(): readonly TlvMapping[] {
    return [...this.#byField.values()].sort((a, b) => a.index - b.index);
  }

  has(field: number): boolean {
    return this.#byField.has(field);
  }

  /** Adds mappings, all or none. @throws NXTTMFC errors */
  add(mappings: readonly TlvMapping[]): void {
    const next = new Map(this.#byField);
    for (const mapping of mappings) {
      if (next.has(mapping.index)) throw ofError("NXTTMFC_ALREADY_MAPPED");
      if ([...next.values()].some((other) => kind(other) === kind(mapping))) throw ofError("NXTTMFC_DUP_ENTRY");
      next.set(mapping.index, mapping);
    }
    const octets = [...next.values()].reduce((sum, { optionLength }) => sum + optionLength, 0);
    if (octets > TLV_SPACE.octets) throw ofError("NXTTMFC_TABLE_FULL");
    for (const mapping of mappings) this.#byField.set(mapping.index, mapping);
  }

  /** Takes mappings out; those that are not there are nothing to complain about. */
  delete(mappings: readonly TlvMapping[]): void {
    for (const { index } of mappings) this.#byField.delete(index);
  }

  clear(): void {
    this.#byField.clear();
  }

  /** Refuses fields that are not mapped. @throws NXFMFC_INVALID_TLV_FIELD */
  check(match: Match, actions: readonly Action[]): void {
    for (const field of [...matchedFields(match), ...namedFields(actions)])
      if (!this.has(field)) throw ofError("NXFMFC_INVALID_TLV_FIELD", `tun_metadata${field}`);
  }
}

/** The numbers of the tun_metadata fields that a match looks at. */
export const matchedFields = (match: Match): readonly number[] =>
  match.mask[WORD.tunMetadataPresent] || match.mask[WORD.tunMetadataPresent + 1]
    ? Array.from({ length: TLV_SPACE.fields }, (_, n) => n).filter((n) => matchesTunMetadata(match, n))
    : [];

/** The numbers of the tun_metadata fields that actions name. */
export function namedFields(actions: readonly Action[]): readonly number[] {
  const found: number[] = [];
  const name = (field: string): void => {
    const n = tunMetadataNumber(field);
    if (n !== undefined) found.push(n);
  };
  for (const action of actions)
    switch (action.type) {
      case "set_field":
      case "delete_field":
        name(action.field);
        break;
      case "move":
        name(action.src.field);
        name(action.dst.field);
        break;
      case "push":
      case "output_reg":
        name(action.src.field);
        break;
      case "pop":
        name(action.dst.field);
        break;
      case "clone":
      case "write_actions":
        found.push(...namedFields(action.actions));
        break;
      case "ct":
        found.push(...namedFields(action.exec));
        break;
      default:
    }
  return found;
}
