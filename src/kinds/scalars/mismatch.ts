import { CodecError } from '../schema.ts';

/** The error for a JSON value of the wrong type, in the words of Go's encoding/json: what it is, and the Go type that was wanted. */
export function mismatch(got: string, want: string): CodecError {
  return new CodecError(`cannot unmarshal ${got} into a value of type ${want}`, { got, want });
}
