/** A piece of HTML that may stand in a page as it is. */
export interface Html {
  readonly html: string
}

type Value = string | number | Html | readonly Html[] | undefined

/** HTML with everything put into it escaped, unless it is HTML already; undefined: nothing. */
export function markup(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: texts.map((text, at) => (at === 0 ? text : written(values[at - 1]) + text)).join('') }
}

function written(value: Value): string {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escaped(String(value))
  return 'html' in value ? value.html : value.map((one) => one.html).join('')
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For text and for attributes in quotes. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
