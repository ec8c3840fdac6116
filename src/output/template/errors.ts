/** A template that cannot be read or executed; the message is the one of Go's text/template, position included. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError' as const;
}

/** What a function has against its arguments; the caller puts the place and the function's name before it. */
export class CallError extends Error {
  override readonly name = 'CallError' as const;
}
