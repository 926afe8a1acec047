import encoding from 'k6/encoding'

/** An ASCII text's bytes: to base64 and back is two calls into k6, whatever the length. */
export const asciiBytes = (text: string): Uint8Array =>
  new Uint8Array(encoding.b64decode(encoding.b64encode(text, 'std'), 'std'))
