/** Lets everything else that waits have its turn: long work calls it every few milliseconds. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
