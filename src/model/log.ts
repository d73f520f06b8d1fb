/** From the loudest to the quietest. */
export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** The parts of the daemon whose log levels can be chosen one by one. */
export const parts = ['daemon', 'findings', 'probe', 'store', 'config', 'http'] as const;
export type Part = (typeof parts)[number];

/** The least level that is logged, of all parts and of single ones. */
export type Verbosity = { readonly level: Level; readonly parts: Readonly<Partial<Record<Part, Level>>> };
