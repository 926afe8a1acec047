import { computed } from '@preact/signals'
import type { Language } from './first-language.ts'
import { language } from './language.ts'
import { en } from './orders/en.ts'
import { ko } from './orders/ko.ts'

export type OrderWords = typeof en

const DICTIONARIES: Record<Language, OrderWords> = { en, ko }

/** Words of checkout, orders and accounts: apart from the others, so that they come with those pages only. */
export const orderWords = computed<OrderWords>(() => DICTIONARIES[language.value])
