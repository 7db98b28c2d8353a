/** IP version that a fragment is of. */
export type IpVersion = "v4" | "v6";

/** A fragment of an IP datagram; `held` is whatever its owner wants back. */
export interface Fragment<T> {
  readonly version: IpVersion;
  readonly zone: number;
  /** 1 word of IPv4 or 4 of IPv6. */
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly id: number;
  /** IP protocol; 0 of IPv6, whose fragments need not agree in it (RFC 8200 §4.5). */
  readonly protocol: number;
  /** Octets of the datagram's payload that it carries: from `start` up to and without `end`. */
  readonly start: number;
  readonly end: number;
  /** Whether more follow. */
  readonly more: boolean;
  /** Octets of the IP packet that the fragment is. */
  readonly size: number;
  readonly held: T;
}

/** How far a datagram is, in the words of `dpctl/ipf-get-status`. */
type ListState = "other frag" | "first frag" | "last frag" | "first/last frag";

/** A datagram that is not whole yet, as users see it. */
export interface FragmentListInfo {
  readonly version: IpVersion;
  readonly zone: number;
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly id: number;
  readonly protocol: number;
  readonly count: number;
  readonly state: ListState;
}

/** What was counted of fragments of one IP version. */
export interface FragmentCounters {
  accepted: number;
  completed: number;
  expired: number;
  tooSmall: number;
  overlapped: number;
  purged: number;
}

/** What holds for fragments of one IP version. */
export interface FragmentRules {
  enabled: boolean;
  /** Octets of IP packet below which a fragment that is not the last is refused. */
  minSize: number;
}

/** The module's state as `dpctl/ipf-get-status` tells it. */
export interface FragmentStatus {
  readonly rules: Readonly<Record<IpVersion, FragmentRules>>;
  readonly counters: Readonly<Record<IpVersion, FragmentCounters>>;
  readonly max: number;
  /** Fragments held. */
  readonly count: number;
  readonly lists: readonly FragmentListInfo[];
}

/** Bounds of what may be set: octets of the least fragment size, fragments held. */
export const FRAGMENT_BOUNDS = { minSize: 400, max: 5000 } as const;
/** Fragments held at most by default. */
const MAX_DEFAULT = 1000;
/** Least sizes by default, in octets. */
const MIN_SIZES = { v4: 1200, v6: 1280 } as const;
/** Milliseconds that a datagram has to get whole, and after which its fragments are not even given back. */
const [LIFETIME, PURGE_AFTER] = [15_000, 10_000];

interface List<T> {
  readonly fragments: Fragment<T>[];
  readonly expires: number;
  first: boolean;
  last: boolean;
}

/** What becomes of a fragment: refused, kept for later, or, with all of its datagram, whole: in order of their place. */
export type Offered<T> = "refused" | "held" | readonly Fragment<T>[];

const nameOf = ({ version, zone, src, dst, id, protocol }: Fragment<unknown>): string =>
  `${version}/${zone}/${src.join(".")}/${dst.join(".")}/${id}/${protocol}`;

const counters = (): FragmentCounters => ({
  accepted: 0,
  completed: 0,
  expired: 0,
  tooSmall: 0,
  overlapped: 0,
  purged: 0,
});

/** Fragments that wait for the rest of their datagrams (RFC 791 §3.2, RFC 8200 §4.5). Time comes with each question. */
export class Fragments<T> {
  readonly rules: Record<IpVersion, FragmentRules> = {
    v4: { enabled: true, minSize: MIN_SIZES.v4 },
    v6: { enabled: true, minSize: MIN_SIZES.v6 },
  };
  readonly #counters = { v4: counters(), v6: counters() };
  /** In order of age, so of expiry. */
  readonly #lists = new Map<string, List<T>>();
  #count = 0;
  max = MAX_DEFAULT;

  /** Fragments held. */
  get count(): number {
    return this.#count;
  }

  /** Takes a fragment in. */
  offer(fragment: Fragment<T>, now: number): Offered<T> {
    const rule = this.rules[fragment.version];
    const counted = this.#counters[fragment.version];
    if (!rule.enabled) return "refused";
    if (fragment.more && fragment.size < rule.minSize) {
      counted.tooSmall++;
      return "refused";
    }
    if (this.#count >= this.max) return "refused";
    const name = nameOf(fragment);
    let list = this.#lists.get(name);
    if (!list) {
      list = { fragments: [], expires: now + LIFETIME, first: false, last: false };
      this.#lists.set(name, list);
    }
    if (list.fragments.some(({ start, end }) => fragment.start < end && start < fragment.end)) {
      counted.overlapped++;
      return "refused";
    }
    list.fragments.push(fragment);
    list.first ||= fragment.start === 0;
    list.last ||= !fragment.more;
    this.#count++;
    counted.accepted++;
    const whole = wholeOf(list);
    if (!whole) return "held";
    this.#lists.delete(name);
    this.#count -= whole.length;
    counted.completed += whole.length;
    return whole;
  }

  /** Gives back fragments of that version whose datagrams did not get whole in time, those of each in order. */
  expired(version: IpVersion, now: number): Fragment<T>[] {
    if (this.#count === 0) return [];
    this.purge(now);
    const back: Fragment<T>[] = [];
    for (const [name, list] of this.#lists) {
      if (now <= list.expires) break;
      if (list.fragments[0]?.version !== version) continue;
      back.push(...this.#take(name, list, "expired").sort((a, b) => a.start - b.start));
    }
    return back;
  }

  /** Forgets fragments that nobody asked for long after their time. */
  purge(now: number): void {
    for (const [name, list] of this.#lists) {
      if (now < list.expires + PURGE_AFTER) break;
      this.#take(name, list, "purged");
    }
  }

  #take(name: string, { fragments }: List<T>, why: "expired" | "purged"): Fragment<T>[] {
    const [one] = fragments;
    this.#lists.delete(name);
    this.#count -= fragments.length;
    if (one) this.#counters[one.version][why] += fragments.length;
    return fragments;
  }

  status(): FragmentStatus {
    const lists = [...this.#lists.values()].flatMap(({ fragments, first, last }): FragmentListInfo[] => {
      const [one] = fragments;
      if (!one) return [];
      const { version, zone, src, dst, id, protocol } = one;
      const state = first ? (last ? "first/last frag" : "first frag") : last ? "last frag" : "other frag";
      return [{ version, zone, src, dst, id, protocol, count: fragments.length, state }];
    });
    return { rules: this.rules, counters: this.#counters, max: this.max, count: this.#count, lists };
  }
}

/** All fragments in order when they leave no gap. */
function wholeOf<T>({ fragments, first, last }: List<T>): readonly Fragment<T>[] | undefined {
  if (!first || !last) return undefined;
  const sorted = fragments.sort((a, b) => a.start - b.start);
  let at = 0;
  for (const { start, end } of sorted) {
    if (start !== at) return undefined;
    at = end;
  }
  return sorted[sorted.length - 1]?.more ? undefined : sorted;
}
