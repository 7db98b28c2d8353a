/**
 * Errors of bad input: a code, a typed context, and in one row the text, the OpenFlow wire numbers and the exit
 * status that go with it. Each folder keeps its rows in its own `errors.ts`.
 *
 * Three kinds of trouble, three ways: hostile or short packets are counted and dropped, never thrown; bad input
 * (a user, a peer, a file) is a SwitchError; our own bug is an `assert`.
 */
export interface ErrorRow<C extends object> {
  /** The line a user or peer reads, without a program name before it. */
  readonly message: (context: C) => string;
  /** OpenFlow type and code per version, for example "NX1.0(1,512) OF1.1+(1,9)". */
  readonly wire?: string;
  /** Exit status of a command that ends with this error; 1 when absent. */
  readonly exit?: number;
}

/**
 * Bad input, as a row of errors says it: `code` tells rows apart, `message` is the line to print, `wire` OpenFlow's
 * numbers, `exit` the status of a command that ends with it. Made by an ErrorTable, caught by who talks to the user or
 * peer.
 */
export class SwitchError extends Error {
  override readonly name = "SwitchError";
  constructor(
    readonly code: string,
    message: string,
    readonly context: object = {},
    readonly wire: string | undefined = undefined,
    readonly exit = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

type ContextOf<R> = R extends { readonly message: (context: infer C) => string } ? C : never;

/** A folder's rows, ready to make errors: `throw errors.make("vsctl/bridge-exists", { bridge })`. */
export interface ErrorTable<R> {
  readonly rows: R;
  make<K extends keyof R & string>(code: K, context: ContextOf<R[K]>, options?: ErrorOptions): SwitchError;
  is<K extends keyof R & string>(error: unknown, code: K): error is SwitchError & { context: ContextOf<R[K]> };
}

/** The table of a folder's errors from its rows; codes are "folder/what". */
export function defineErrors<R extends Record<string, ErrorRow<never>>>(rows: R): ErrorTable<R> {
  return {
    rows,
    make(code, context, options) {
      const row = rows[code] as ErrorRow<object>;
      return new SwitchError(code, row.message(context as object), context as object, row.wire, row.exit ?? 1, options);
    },
    is(error, code): error is never {
      return error instanceof SwitchError && error.code === code;
    },
  };
}

/** Fails loudly on a bug of our own; never for input from outside. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`bug: ${what}`);
}
