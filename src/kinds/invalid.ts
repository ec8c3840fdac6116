import type { FieldProblem } from './schema.ts';

/** An object that breaks rules: every finding, in the order in which the Go client lists them. */
export class Invalid extends Error {
  override readonly name = 'Invalid' as const;
  readonly problems: readonly FieldProblem[];
  constructor(problems: readonly FieldProblem[]) {
    super(describeProblems(problems));
    this.problems = problems;
  }
}

/** One finding in the Go client's words: `name = 'value' (reason)`. */
export function describeProblem({ name, value, reason }: FieldProblem): string {
  const assigned = value === undefined ? name : `${name} = '${value}'`;
  return reason === undefined ? assigned : `${assigned} (${reason})`;
}

/** All findings as the Go client's ErrorValidation prints them. */
export function describeProblems(problems: readonly FieldProblem[]): string {
  const [first, ...rest] = problems;
  if (first === undefined) return 'unknown validation error';
  if (rest.length === 0) return `error with field ${describeProblem(first)}`;
  return `error with the following fields:\n${problems.map((problem) => `-  ${describeProblem(problem)}\n`).join('')}`;
}
