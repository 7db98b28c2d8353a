import type { Bucket, GroupProps, GroupType } from "#openflow";
import type { GroupView } from "./translate/view.ts";

/** A group of a switch, with its counters. Buckets are replaced whole: a new array means a new choice. */
export class Group implements GroupView {
  readonly created: number;
  packets = 0;
  octets = 0;
  readonly bucketStats = new Map<Bucket, { packets: number; octets: number }>();

  constructor(
    readonly group: number,
    readonly groupType: GroupType,
    readonly buckets: readonly Bucket[],
    readonly props: GroupProps,
    now: number,
  ) {
    this.created = now;
    for (const bucket of buckets) this.bucketStats.set(bucket, { packets: 0, octets: 0 });
  }
}
