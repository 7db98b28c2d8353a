/** A number or string that may not be mixed with others of its shape. */
export type Brand<T, B extends string> = T & { readonly __brand?: B };

/** OpenFlow port number, 32 bits as of OpenFlow 1.1 (1…0xfeff, or a reserved one). */
export type OfPort = Brand<number, "OfPort">;
/** Datapath port number, 0…2³²-1; 0xffffffff is none. */
export type DpPort = Brand<number, "DpPort">;
/** Six octets as one number below 2⁴⁸. */
export type MacAddr = Brand<number, "MacAddr">;
