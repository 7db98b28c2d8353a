import { mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { BpfMap, detachLink, type MapSpec, openPinned, pin } from "@vswitch/ebpf";
import { closeDescriptor, mountKernelFilesystem, SysError } from "@vswitch/sys";

/** Where the BPF file system of a host is. */
const BPFFS = "/sys/fs/bpf";
/** statfs(2) of a BPF file system (linux/magic.h). */
const BPF_FS_MAGIC = 0xcafe4a11;

/**
 * What one switch keeps in the kernel beyond its process: `maps/NAME` and `links/IFINDEX_HOOK` under a directory of its
 * own in the BPF file system.
 */
export class Pins {
  readonly #directory: string;

  private constructor(name: string) {
    this.#directory = path.join(BPFFS, "vswitch", name.replace(/[^\w-]+/g, "_").replace(/^_+/, ""));
  }

  /**
   * The pins of a switch, mounting the file system where it is not.
   *
   * @param name what tells the switch from others of the host: its run directory
   * @throws SysError, or an error of Node's with a `code`, where nothing can be kept
   */
  static open(name: string): Pins {
    if (statfsSync(BPFFS).type !== BPF_FS_MAGIC) mountKernelFilesystem("bpf", BPFFS, "mode=0700");
    const pins = new Pins(name);
    for (const kind of ["maps", "links"]) mkdirSync(path.join(pins.#directory, kind), { recursive: true, mode: 0o700 });
    return pins;
  }

  /** Takes off and out what a switch left, when it keeps nothing any more. */
  static clear(name: string): void {
    if (statfsSync(BPFFS, { bigint: false }).type === BPF_FS_MAGIC) new Pins(name).clear();
  }

  #path(kind: "maps" | "links", name: string): string {
    return path.join(this.#directory, kind, name);
  }

  map(spec: MapSpec): BpfMap | undefined {
    return BpfMap.pinned(spec, this.#path("maps", spec.name));
  }

  /** Keeps a map in place of what was kept by its name. */
  keepMap(map: BpfMap): void {
    rmSync(this.#path("maps", map.spec.name), { force: true });
    pin(map.fd, this.#path("maps", map.spec.name));
  }

  /** Names of the links that are kept. */
  links(): string[] {
    return this.#names("links");
  }

  /** A descriptor of a kept link. */
  link(name: string): number | undefined {
    return openPinned(this.#path("links", name));
  }

  keepLink(name: string, link: number): void {
    pin(link, this.#path("links", name));
  }

  /** Takes a link's program off its device. */
  dropLink(name: string): void {
    const link = this.link(name);
    if (link === undefined) return;
    try {
      detachLink(link);
    } catch (error) {
      // the device went, and took the link along
      if (!(error instanceof SysError)) throw error;
    }
    closeDescriptor(link);
    rmSync(this.#path("links", name), { force: true });
  }

  clear(): void {
    for (const name of this.links()) this.dropLink(name);
    for (const name of this.#names("maps")) rmSync(this.#path("maps", name), { force: true });
    for (const kind of ["maps", "links", ""]) removeEmpty(path.join(this.#directory, kind));
  }

  #names(kind: "maps" | "links"): string[] {
    try {
      return readdirSync(path.join(this.#directory, kind));
    } catch {
      return [];
    }
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // it is not there, or not ours alone
  }
}
