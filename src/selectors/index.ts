/** The Calico selector language: read, evaluate, write. */
export { matches } from './matches.ts';
export { normalise } from './normalise.ts';
export { isValidSelector, parseSelector, selectorFault } from './parse.ts';
export { SelectorError } from './selector-error.ts';
export type { Selector } from './selector.ts';
